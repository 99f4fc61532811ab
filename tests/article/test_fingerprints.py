"""Equal words give equal hashes, near-duplicates near ones."""

from cleanwire.article import fingerprint

TEXT = " ".join(f"word{at} stands here" for at in range(120))


def distance(one: str, other: str) -> int:
    return (int(one, 16) ^ int(other, 16)).bit_count()


def test_typography_does_not_change_the_digest() -> None:
    assert fingerprint.digest("It’s a “pier”.") == fingerprint.digest("It's   a pier")


def test_one_word_changes_the_digest() -> None:
    assert fingerprint.digest("a pier") != fingerprint.digest("a peer")


def test_a_small_change_moves_few_bits() -> None:
    near = distance(fingerprint.simhash(TEXT), fingerprint.simhash(TEXT + " and one more"))
    far = distance(fingerprint.simhash(TEXT), fingerprint.simhash("quite another story " * 50))
    assert near < 8 < far


def test_characters_count_where_no_spaces_are_written() -> None:
    assert fingerprint.word_count("桟橋の再建") == 5
    assert fingerprint.word_count("two words") == 2
