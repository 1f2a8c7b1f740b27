"""Text for the tests of the core: words that no other text shares by chance."""

import random

SYLLABLES = "가나다라마바사아자차카타파하거너더러머버서어저처커터퍼허고노도로모보소오조초코토포호구누두루무부수우주추쿠투푸후"


def article(seed: int, characters: int = 800) -> str:
    """Return Korean-looking sentences, the same for a seed."""
    chosen = random.Random(seed)
    out: list[str] = []
    size = 0
    while size < characters:
        words = [
            "".join(chosen.choice(SYLLABLES) for _ in range(chosen.randint(2, 5)))
            for _ in range(chosen.randint(6, 14))
        ]
        sentence = " ".join(words) + "다."
        out.append(sentence)
        size += len(sentence) + 1
    return "\n".join(" ".join(out[i : i + 3]) for i in range(0, len(out), 3))


def shuffled(text: str, together: int, seed: int = 1) -> str:
    """Put the words of a text in another order, *together* at a time."""
    chosen = random.Random(seed)
    words = text.split()
    parts = [words[at : at + together] for at in range(0, len(words), together)]
    return " ".join(word for part in parts for word in chosen.sample(part, len(part)))


def pushed_in(text: str, junk: str, seed: int = 1) -> str:
    """Push one of the characters of *junk* into a text after every five to ten of its own."""
    chosen = random.Random(seed)
    out: list[str] = []
    at = 0
    while at < len(text):
        size = chosen.randint(5, 10)
        out.append(text[at : at + size] + chosen.choice(junk))
        at += size
    return "".join(out)


def replaced(text: str, other: str, part: float, seed: int = 1) -> str:
    """Put words of another text in place of so many of a text's words (*part*, 0 to 1)."""
    chosen = random.Random(seed)
    words = other.split()
    return " ".join(
        chosen.choice(words) if chosen.random() < part else word for word in text.split()
    )


def misspelt(text: str, part: float = 1.0, seed: int = 1) -> str:
    """Spell so many of a text's syllables wrong, as those do who hide from programs (*part*, 0 to 1).

    Each gets another final, and now and then a tense consonant and a vowel with a glide.
    """
    chosen = random.Random(seed)
    out = []
    for char in text:
        number = ord(char) - ord("가")
        if 0 <= number < 11_172 and chosen.random() < part:
            initial, vowel = divmod(number // 28, 21)
            if chosen.random() < 0.5:
                initial = {0: 1, 3: 4, 7: 8, 9: 10, 12: 13}.get(initial, initial)
            if chosen.random() < 0.5:
                vowel = {0: 2, 4: 6, 8: 12, 13: 17, 1: 5, 5: 1, 20: 19}.get(vowel, vowel)
            final = chosen.choice((1, 4, 7, 8, 16, 17, 19, 21, 22, 27))
            out.append(chr(ord("가") + (initial * 21 + vowel) * 28 + final))
        else:
            out.append(char)
    return "".join(out)


def notices(number: int, seed: int) -> str:
    """Return so many of a fixed set of notices, in any order, between sentences of one's own."""
    chosen = random.Random(seed)
    stock = [article(900 + at, 130).replace("\n", " ") for at in range(7)]
    parts = [*chosen.sample(stock, number), *article(1000 + seed, 250).split("\n")]
    return "\n".join(chosen.sample(parts, len(parts)))
