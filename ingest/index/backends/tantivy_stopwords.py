"""The commonest function words of languages for which tantivy brings a stemmer but no stop words."""

from __future__ import annotations

STOP_WORDS = {
    "romanian": frozenset(
        (
            *("de", "și", "în", "cu", "nu", "la", "se", "pe", "este", "un", "din", "care", "pentru", "ce", "au", "fi"),
            *("sau", "dar", "prin", "ca", "să", "al", "ale", "cel", "lui", "ei", "el", "ea", "sunt", "unei", "lor"),
            *("după", "când", "unde", "cum", "acest", "această", "acesta", "ai", "am", "are", "că", "îi", "îl", "le"),
            *("iar", "ne", "noi", "mult", "pot", "poate", "sub", "spre", "până", "peste"),
        )
    ),
    "turkish": frozenset(
        (
            *("ve", "bir", "bu", "da", "de", "için", "çok", "o", "ile", "olarak", "daha", "gibi", "ya", "ama", "ki"),
            *("ne", "en", "kadar", "her", "ise", "mı", "mu", "mü", "veya", "çünkü", "bazı", "biz", "siz", "ben", "sen"),
            *("onlar", "bunu", "şu", "nasıl", "neden", "hem", "hiç", "niye", "oldu", "olan"),
        )
    ),
    "arabic": frozenset(
        (
            *("في", "من", "على", "إلى", "الى", "عن", "ان", "أن", "هذا", "هذه", "مع", "لا", "او", "أو", "و", "هو"),
            *("هي", "كان", "ما", "التي", "الذي", "كل", "بعد", "قد", "ثم", "لم", "لن", "إن", "ب", "ف", "بين", "منذ"),
            *("عند", "كما", "كانت", "حيث", "هناك", "ذلك", "ايضا", "أيضا", "يكون", "اي", "أي", "تلك", "له", "فيه"),
        )
    ),
    "greek": frozenset(
        (
            *("ο", "η", "το", "οι", "τα", "του", "τησ", "των", "τον", "την", "και", "κι", "με", "σε", "απο", "για"),
            *("να", "θα", "δε", "δεν", "μη", "μην", "που", "πωσ", "αν", "αλλα", "ωσ", "προσ", "παρα", "κατα", "μετα"),
            *("αντι", "στο", "στη", "στην", "αυτοσ", "ειναι", "οτι", "μα", "επι"),
        )
    ),
}
