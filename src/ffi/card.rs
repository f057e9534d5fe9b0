//! Stored cards.

use libc::c_char;

use super::client::ready;
use super::fields::more;
use super::result::{Asked, answer};
use super::speech::speech;
use super::{fp_client, fp_fields, fp_result};

/// Begins adding a card of a user (/v1/merchant/ID/cardstorage/add): its owner gives it on the page at
/// fp_result_redirect_url, and the browser comes back to back_link. The card's token comes to pg_post_link, and stands in
/// fp_card_list.
///
/// user_id: the merchant's own name for the user, 1 to 50 Latin letters, digits, "_" and "-". back_link: an http or https
/// address of at most 255 characters. more may be NULL; it takes pg_post_link and pg_order_id. Sent once; a second page for
/// the same card does no harm. Signed with the secret key. No source that could be read names the path of a card's status;
/// fp_call_new reaches it for those who have it.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_card_add(
    client: *const fp_client,
    user_id: *const c_char,
    back_link: *const c_char,
    more_fields: *const fp_fields,
) -> *mut fp_result {
    unsafe {
        answer(client, Asked::default(), || {
            let speech = speech(client);
            let (user_id, back_link) =
                (speech.text("user_id", user_id)?, speech.text("back_link", back_link)?);
            ready(client)?.card_add(&user_id, &back_link, &more(more_fields, speech)?)
        })
    }
}

/// The same for a card that fp_payout_token pays to (/v1/merchant/ID/cardstoragepayout/add). more must have pg_post_link. It
/// is signed with the secret key, not with the payout key: the gateway takes no other here.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_card_add_for_payout(
    client: *const fp_client,
    user_id: *const c_char,
    back_link: *const c_char,
    more_fields: *const fp_fields,
) -> *mut fp_result {
    unsafe {
        answer(client, Asked::default(), || {
            let speech = speech(client);
            let (user_id, back_link) =
                (speech.text("user_id", user_id)?, speech.text("back_link", back_link)?);
            ready(client)?.card_add_for_payout(&user_id, &back_link, &more(more_fields, speech)?)
        })
    }
}

/// Asks for the stored cards of a user (/v1/merchant/ID/cardstorage/list). fp_result_field_count(result, "card") is how many
/// there are; fp_result_field reads "card[0]/pg_card_token", "card[0]/pg_card_hash" (the masked number), "card[0]/pg_status",
/// "card[0]/created_at" and what else the gateway gives.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_card_list(client: *const fp_client, user_id: *const c_char) -> *mut fp_result {
    unsafe {
        answer(client, Asked::default(), || {
            ready(client)?.card_list(&speech(client).text("user_id", user_id)?)
        })
    }
}

/// Removes a stored card (/v1/merchant/ID/cardstorage/remove). FP_OK when the answer says that it was removed. Sent once, and
/// may be asked for again.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fp_card_remove(
    client: *const fp_client,
    user_id: *const c_char,
    card_token: *const c_char,
) -> *mut fp_result {
    unsafe {
        answer(client, Asked::default(), || {
            let speech = speech(client);
            ready(client)?
                .card_remove(&speech.text("user_id", user_id)?, &speech.text("card_token", card_token)?)
        })
    }
}
