"""Why a span was taken: the reason of its rule, or of the code that has no rule in the files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ingest.clean.rulepack import Rule

UNKNOWN = "Taken by what stands around it."
SURROUNDINGS: Mapping[str, str] = {
    "thread.comment": "Within a thread of readers' comments.",
    "thread.change_point": "From here on the lines read and are set like readers' comments, not like the article.",
    "thread.number": "The number of a reader's comment.",
    "figure.above_credit": "A short line right above a picture's credit is its caption.",
    "figure.fused_sentences": "Two sentences run together with no full stop: a caption glued to its picture's text.",
    "figure.inline": "A caption, from its picture's label to where prose goes on, in an article without line breaks.",
    "figure.bracketed_credit": "A picture's credit in brackets, with its caption where the brackets end one.",
    "figure.inline_last": "Words without an end after a line's last sentence, where captions were run into the line.",
    "related.inline": "Headlines after a label (related articles), run into a line, up to the sentence that goes on.",
    "figure.repeated_credit": "The same name follows the last sentence of several lines: whose pictures they tell of.",
    "masthead.dated": "Between headline and article, and a date for the most part.",
    "masthead.counter": "A number alone between headline and article counts readers or comments.",
    "masthead.last_dated": "A date with its time, below the last paragraphs.",
    "masthead.last_counter": "A number alone that ends the text counts how often it was shared.",
    "signature.beside_date": "A name beside the date line signs the article.",
    "signature.about_author": "A paragraph that begins with the author's name is about the author.",
    "edge.section_label": "One or two words above the headline name the section.",
    "edge.menu": "Short bulleted lines in a long row, before or after all prose, are a menu.",
    "edge.bullet_links": "Bulleted titles between paragraphs link to other articles.",
    "teaser.above_button": "A title, or a title and its teaser, above a button to read on.",
    "teaser.above_date": "A title above a line of nothing but a date links to another article.",
    "teaser.said_twice": "A title that is said twice, for its picture and as a link.",
    "teaser.shouted": "A long title all in capitals between paragraphs links to another article.",
    "teaser.final_list": "Many titles in a row that end the text.",
    "teaser.final_tags": "Short capitalised lines between the last paragraph and the chrome that closes the article.",
    "frame.above_headline": "Above the headline, which the address tells, and no sentence.",
    "frame.below_article": "Below the last paragraph and the chrome that closes it, among lines that are no sentences.",
    "edge.footer": "Short lines that are no sentences, after the comments.",
    "name.repeated": "Only repeats the article's address or its publisher's name.",
    "hand.cut": "A person cut it from this article.",
    "control": "Characters that show nothing: controls, invisible marks, runs of combining marks.",
    "whitespace": "Blanks that a cut left over.",
}


def list_reasons(rules: Iterable[Rule]) -> dict[str, str]:
    """Give the reason of every rule, and of what the code takes by its surroundings, by the name a span carries."""
    return {**SURROUNDINGS, **{rule.id: rule.reason for rule in rules}}
