<?php

// The classic API from the other side: answers and callbacks with pg_sig.

declare(strict_types=1);

/** An answer of the classic API to a script, rightly signed; an array is elements inside, a list repeats them. */
function classic(string $script, array $fields = [], string $key = SECRET_KEY): string
{
    $fields = ['pg_status' => 'ok', ...$fields, 'pg_salt' => 'salt'];
    $signed = hash('md5', implode(';', [$script, ...leaves($fields), $key]));
    return '<response>' . elements([...$fields, 'pg_sig' => $signed]) . '</response>';
}

/** @return list<string> the texts in the order in which they are signed */
function leaves(array $fields): array
{
    ksort($fields, SORT_STRING);
    $all = [];
    foreach ($fields as $value) {
        $values = is_array($value) && array_is_list($value) ? $value : [$value];
        foreach ($values as $one) {
            array_push($all, ...(is_array($one) ? leaves($one) : [$one]));
        }
    }
    return $all;
}

function elements(array $fields): string
{
    $text = '';
    foreach ($fields as $name => $value) {
        foreach (is_array($value) && array_is_list($value) ? $value : [$value] as $one) {
            $text .= "<$name>" . (is_array($one) ? elements($one) : htmlspecialchars($one)) . "</$name>";
        }
    }
    return $text;
}

/** The fields of a request of the classic API, without what the library adds. */
function form(array $request): array
{
    parse_str($request['body'], $fields);
    same(32, strlen($fields['pg_sig'] ?? ''), $request['body']);
    unset($fields['pg_salt'], $fields['pg_sig'], $fields['pg_merchant_id']);
    ksort($fields);
    return $fields;
}

/** What a reply says: its salt and signature are new each time. */
function said(string $reply): string
{
    return (string) preg_replace('~<pg_(salt|sig)>.*?</pg_\\1>~', '', $reply);
}
