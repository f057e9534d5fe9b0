//! The language of the pages: what the browser asks for, English unless it is Russian.

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tongue {
    English,
    Russian,
}

impl Tongue {
    /// Of the languages that the browser takes, the one of ours that it likes best.
    pub fn of(headers: &HeaderMap) -> Self {
        let wishes = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let mut best = (Self::English, 0);
        for wish in wishes.split(',').filter_map(read) {
            if wish.1 > best.1 {
                best = wish;
            }
        }
        best.0
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Russian => "ru",
        }
    }

    pub fn pick(self, english: &'static str, russian: &'static str) -> &'static str {
        match self {
            Self::English => english,
            Self::Russian => russian,
        }
    }
}

/// `ru-RU;q=0.8`: the language, and how much it is liked in thousandths. None is a language that is not ours.
fn read(wish: &str) -> Option<(Tongue, u16)> {
    let (tag, quality) = wish.split_once(';').unwrap_or((wish, "q=1"));
    let tongue = match tag.trim().split('-').next()? {
        "en" => Tongue::English,
        "ru" => Tongue::Russian,
        _ => return None,
    };
    let quality = quality.trim().strip_prefix("q=")?;
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let decimals = decimals.get(..3).unwrap_or(decimals);
    Some((tongue, format!("{whole}{decimals:0<3}").parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_language_is_the_one_that_the_browser_likes_best() {
        for (wishes, tongue) in [
            ("", Tongue::English),
            ("ru", Tongue::Russian),
            ("ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7", Tongue::Russian),
            ("en-US,en;q=0.9,ru;q=0.8", Tongue::English),
            ("kk, ru;q=0.5, en;q=0.4", Tongue::Russian),
            ("en;q=0.2, ru;q=0.30", Tongue::Russian),
            ("de", Tongue::English),
            ("ru;q=0", Tongue::English),
            ("ru;q=x", Tongue::English),
            ("ru;é", Tongue::English),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT_LANGUAGE, wishes.parse().unwrap())]);
            assert_eq!(Tongue::of(&headers), tongue, "{wishes}");
        }
    }
}
