"""Invented sentences: what readers write under articles, and what articles of several kinds say."""

from __future__ import annotations

from collections.abc import Mapping

SAID: Mapping[str, tuple[str, ...]] = {
    "en": (
        "Great article, thanks for writing this.",
        "I have lived on that street for twenty years and nobody ever asked us!",
        "Sorry but this is nonsense.",
        "You clearly have never run a small shop.",
        "Why does the council not just fix the road first?",
        "lol, good luck with that",
        "I agree with every word, and I hope the mayor reads it too.",
        "@Skerry you are missing the point, the ferry was never meant to make money.",
        "Can someone explain to me what the ramp is for?",
        "This!",
        "Wow. Just wow.",
        "my dad worked there till 1989 and he always said it would end like this",
        "Thank you for the recipe, it was DELICIOUS and my kids asked for more.",
        "Does anyone know if the evening boat still takes bikes?",
        "Another tax. What a surprise...",
        "I don't think so. The numbers in the second paragraph do not add up.",
        "You're right, Mira, and I should have said so earlier.",
        "It's about time!",
        "If they had listened to the fishermen we would not be having this conversation.",
        "Not true. I was there that night and the doors were locked.",
        "Love this so much!! Will try it at the weekend :)",
        "The author should do some homework before posting.",
        "So now we are supposed to be grateful?",
        "Typical. They cut the buses and then wonder why people drive.",
        "I tried it with butter instead of oil and it came out fine.",
        "Please keep us posted.",
        "Nobody forced you to read it.",
        "Been saying this for years.",
        "Well said.",
        "And who is going to pay for all this? We are, as always.",
        "I wish you would write more about the islands, they deserve it.",
        "IMHO the old design was better.",
        "Haha, same here.",
        "What about the people on the north shore, don't they count?",
        "Maybe I am too old for this, but a library without books is not a library.",
        "That's a really thoughtful piece.",
        "Could not disagree more. The harbour needs jobs, not museums.",
        "Honestly, the picture alone made my day.",
        "i thought the same thing when i saw the plans",
        "Read the report before you comment, it is only twelve pages.",
        "Ok, but where is the source for that?",
        "It works for me now, thanks for the tip!",
        "Has anyone else had trouble with the new tickets?",
        "No way.",
        "He should resign. Period.",
        "They said the same about the tunnel and look how that ended.",
        "Good point about the winter timetable.",
        "My grandmother would have loved this story.",
        "I'm sorry for your loss, Ann.",
        "Stop blaming the tourists, they keep half of our cafes alive.",
    ),
    "de": (
        "Vielen Dank für den schönen Beitrag!",
        "Ich wohne seit zwanzig Jahren dort und habe das noch nie erlebt.",
        "So ein Quatsch.",
        "Kann mir jemand sagen, ob die Fähre abends noch fährt?",
        "Wer soll das alles bezahlen? Wir natürlich, wie immer...",
        "Super Idee, das probiere ich am Wochenende gleich aus :)",
        "Da bin ich ganz anderer Meinung, du hast den Bericht wohl nicht gelesen.",
        "Liebe Mira, das hast du wunderbar geschrieben.",
        "Endlich sagt es mal einer!",
        "Hallo zusammen, bei mir funktioniert es leider nicht.",
        "Ihr habt doch keine Ahnung, wie es in den Betrieben aussieht.",
        "Genau so ist es.",
        "Ich finde, die alte Brücke hätte man retten können.",
        "Warum wird eigentlich nie jemand gefragt, der dort arbeitet?",
        "Liebe Grüße aus dem Norden",
        "Ich habe das Rezept gestern gebacken und alle waren begeistert.",
        "Das stimmt so nicht, meine Mutter war damals dabei.",
        "Danke für den Hinweis, ist korrigiert.",
        "Na dann viel Spaß.",
        "Ich würde mir wünschen, dass ihr öfter über die Inseln schreibt.",
    ),
    "fr": (
        "Merci pour cet article, je l'ai lu avec plaisir.",
        "Je ne suis pas d'accord avec vous, les chiffres disent le contraire.",
        "Et qui va payer ? Nous, comme toujours...",
        "Bravo !",
        "Vous n'avez sans doute jamais pris ce bateau en hiver.",
        "Quelle honte.",
        "Moi j'habite ici depuis vingt ans et personne ne m'a rien demandé.",
        "Bonjour, savez-vous si le marché est ouvert le dimanche ?",
        "Très bien vu, il fallait le dire.",
        "N'importe quoi, encore un journaliste qui ne sort jamais de chez lui.",
        "J'espère que le maire vous lira.",
        "Je pense que vous avez oublié les pêcheurs dans cette histoire.",
    ),
    "es": (
        "Muchas gracias por el artículo, me ha encantado.",
        "No estoy de acuerdo contigo, eso no es lo que dice el informe.",
        "¿Y quién lo va a pagar? Nosotros, como siempre.",
        "Yo vivo en esa calle y nadie nos ha preguntado nada.",
        "Qué vergüenza.",
        "¡Por fin alguien lo dice!",
        "Hola, ¿alguien sabe si el barco de la tarde lleva bicicletas?",
        "Creo que te equivocas, mi padre trabajó allí treinta años.",
        "Espero que lo lean en el ayuntamiento.",
        "Jajaja, muy bueno.",
    ),
    "it": (
        "Grazie per il bell'articolo!",
        "Non sono d'accordo, io ci abito e le cose stanno diversamente.",
        "E chi paga? Noi, come sempre.",
        "Che vergogna...",
        "Ciao a tutti, qualcuno sa se il traghetto porta le biciclette?",
        "Secondo me hai ragione, ma è troppo tardi.",
        "Spero che il sindaco legga questi commenti.",
        "Io penso che vi siate dimenticati dei pescatori.",
    ),
    "nl": (
        "Bedankt voor dit mooie artikel!",
        "Ik ben het er niet mee eens, jij hebt het rapport niet gelezen.",
        "En wie gaat dat betalen? Wij weer.",
        "Ik woon er al twintig jaar en niemand heeft mij iets gevraagd.",
        "Hoi, weet iemand of de boot 's avonds nog vaart?",
        "Ik hoop dat de burgemeester dit leest.",
        "Wat een onzin.",
    ),
}
# Comments that are written as well as an article is: what is around them must give them away.
ESSAYS = (
    (
        "The piece describes the harbour as a failure, which is true only if one counts containers. The"
        " ferries carry more"
        " people today than in any year since the bridge was first proposed, and the cannery has hired again."
    ),
    (
        "There is a simpler reading of the figures. The grant was paid in two parts, and the second part is"
        " entered in the"
        " following year; once that is corrected, the fall that the report describes is no fall at all."
    ),
    (
        "For the record, the school was not closed by the county. It was closed by the parents' association,"
        " which sold the"
        " building to the parish in the spring and has run the bus to the mainland ever since."
    ),
    (
        "A comparison with the northern islands would have been useful here. They faced the same question a"
        " decade earlier,"
        " chose the cheaper pier, and have repaired it every winter. The saving was gone after the fourth storm."
    ),
    (
        "What is missing from this account is the role of the insurers. No company will cover a wooden hull"
        " of that age for"
        " passenger traffic, whatever the council decides, and the mayor has known this since the hearing in March."
    ),
    (
        "Der Text übersieht, dass die Genehmigung bereits im Frühjahr erteilt wurde. Die Kosten sind seither"
        " um ein Drittel"
        " gestiegen, und der Landkreis hat seinen Anteil nie erhöht."
    ),
    (
        "La comparaison avec les autres ports est trompeuse. Les quais y ont été reconstruits après la"
        " guerre, tandis que"
        " ceux de la ville datent du siècle précédent et n'ont jamais été élargis."
    ),
)
REPORTED: Mapping[str, tuple[str, ...]] = {
    "en": (
        "The council voted nine to four on Tuesday to reopen the winter ferry, which has not sailed since the storm.",
        "According to the harbour office, some 4,000 passengers crossed in the first week, twice as many as expected.",
        '"We had flour for a week and no more," the baker, Ada Lind, said. "Then the boat came, and with it the post."',
        "Police said that nobody was hurt and that the road would stay closed until the morning.",
        "The company, founded in 1987, employs 312 people and reported a loss of 4.2 million in the last quarter.",
        "A spokesman for the ministry declined to say how much the pier had cost.",
        "Built of oak and larch, the hull was lifted from the water in April and has lain in the yard since then.",
        "Prices rose by 3.1 percent over the year, the statistics office announced, chiefly because of fuel.",
        "In the school the children drew the ship from memory; forty drawings hang in the corridor today.",
        "The museum opens daily from ten to five, and admission is free on the first Sunday of the month.",
        "Its captain, who has made the crossing for thirty years, said that she had missed the sound of the engine.",
        "The two sides are to meet again in the autumn, when the final report is due.",
        "Officials expect the work to last until June, weather permitting.",
    ),
    "de": (
        (
            "Der Gemeinderat hat am Dienstag mit neun zu vier Stimmen beschlossen, die Winterfähre"
            " wieder fahren zu lassen."
        ),
        "Nach Angaben des Hafenamts kamen in der ersten Woche rund 4000 Fahrgäste, doppelt so viele wie erwartet.",
        "Die Polizei teilte mit, dass niemand verletzt wurde und die Straße bis zum Morgen gesperrt bleibt.",
        "„Wir hatten Mehl für eine Woche“, sagte die Bäckerin Ada Lind. „Dann kam das Boot, und mit ihm die Post.“",
        "Das 1987 gegründete Unternehmen beschäftigt 312 Menschen und meldete zuletzt einen Verlust.",
    ),
    "fr": (
        "Le conseil municipal a voté mardi, par neuf voix contre quatre, la reprise du bac d'hiver.",
        "Selon la capitainerie, près de 4 000 passagers ont traversé la première semaine, deux fois plus que prévu.",
        "« Nous avions de la farine pour une semaine », a déclaré la boulangère. « Puis le bateau est arrivé. »",
    ),
    "es": (
        "El pleno aprobó el martes, por nueve votos a cuatro, que el transbordador de invierno vuelva a navegar.",
        "Según la oficina del puerto, unos 4.000 pasajeros cruzaron en la primera semana, el doble de lo previsto.",
        "La empresa, fundada en 1987, emplea a 312 personas y registró pérdidas en el último trimestre.",
    ),
    "it": (
        "Martedì il consiglio ha deciso, con nove voti contro quattro, di far ripartire il traghetto d'inverno.",
        "Secondo la capitaneria, nella prima settimana sono passate circa 4.000 persone, il doppio del previsto.",
    ),
    "nl": (
        "De gemeenteraad besloot dinsdag met negen tegen vier stemmen om de winterboot weer te laten varen.",
        "Volgens het havenkantoor kwamen in de eerste week zo'n 4000 passagiers, twee keer zoveel als verwacht.",
    ),
}
COLUMN = (
    "I have crossed this water all my life, and I still look for the lighthouse before I look for my own house.",
    (
        "My father used to say that a harbour without children is a car park. He was right about"
        " most things, and about this."
    ),
    "You will tell me that nostalgia is not a policy. I know. But neither is a spreadsheet.",
    "Let me be clear: I do not want the old days back, I want the nine o'clock boat back.",
    (
        "What would you do if the last doctor left your village? I asked myself that question in"
        " March, and I have no answer."
    ),
    "And yet I love this place, with its wet dogs and its impossible parking.",
    "So here is my modest proposal: let the ministers come by ferry, in February, with their bags.",
    "Do we really think that a bridge makes an island richer? We don't. We just want to be asked!",
    "I was wrong about the tunnel, and I said so in this column. I think I am right about the pier.",
    "When I started to write about food, I could not boil an egg. Now my kids ask me for this soup every Friday.",
    "I tried the recipe with butter, then with oil, and I must admit that I love both.",
    "Ich gebe zu, ich habe mich geirrt, und ich habe meine Meinung geändert, als ich das erste Mal dort war.",
    "Mein Vater sagte immer, ein Hafen ohne Kinder sei ein Parkplatz. Ich glaube, er hatte recht.",
    "Je l'avoue, j'ai longtemps pensé que le pont nous sauverait. Je ne le crois plus, et vous ?",
)
QUESTIONS = (
    "How did you come to the islands?",
    "What do you say to those who call the plan too dear?",
    "Do you ever regret it?",
    "You once wrote that nobody reads poems on a ferry. Do you still think so?",
    "What comes next for you?",
    "Is it true that you never learned to swim?",
    "And the critics?",
    "Wie kam es dazu?",
    "Was sagen Sie denen, die den Plan zu teuer finden?",
    "Que répondez-vous à ceux qui trouvent le projet trop cher ?",
)
ANSWERS = (
    "By accident. I missed the last boat back, and then I stayed for thirty years.",
    "I tell them to come and see it. I think that most people who complain have never stood in that queue.",
    "No, never! Well, maybe in February.",
    "You know, I was young. I believed that I had to say something clever every day, and now I don't.",
    "My doctor says rest. I say a book, and then, if I'm lucky, another one.",
    "It's true, and I am not proud of it. My mother thought that you only tempt the sea by learning.",
    "Ich hatte Glück, und ich hatte eine Lehrerin, die mich nicht aufgegeben hat.",
    "Je leur dis de venir. Moi, j'ai compris en voyant les enfants attendre sur le quai.",
)
TEASERS = (
    "Storm closes the harbour for a third day",
    "The last fish hall is for sale",
    "What the new timetable means for commuters",
    "Five walks for a wet weekend",
    "Mayor to face a second hearing",
    "Opinion: the bridge that nobody asked for",
    "Quiz: how well do you know the islands?",
    "Neue Brücke soll im Juni öffnen",
    "Le marché du dimanche change de place",
)
ACCOUNT = (
    "Create an account or sign in to continue with your reading experience.",
    "You've reached your limit of free articles!",
    "You can manage saved articles in your account.",
    "Thanks for signing up!",
    "Please check the box to acknowledge that you would like to subscribe.",
    "Keep an eye on your inbox for our weekly letter.",
    "Sorry, there was an error. Please try again.",
    "We use cookies to give you the best experience. By using this site you agree to our terms.",
    "Like our page for more stories.",
    "If you buy something through a link on this page, we may earn a commission.",
    "A note to our readers: we take part in a programme that pays us fees for linking to shops.",
    "Have a tip? Write to us, we would love to hear from you.",
    "Get our best stories delivered to you. What are you waiting for?",
    "Originally published in the Harbour Gazette.",
    "With reports from the islands' correspondents",
    "Follow us and never miss a storm!",
    "Bitte melden Sie sich an, um weiterzulesen.",
    "Sie können Ihr Abonnement jederzeit kündigen.",
    "Vous pouvez vous désabonner à tout moment.",
)
ITEMS = (
    "Fever", "Chills", "Rash", "Sore throat", "Night sweats", "Flour", "Two eggs", "Salt", "olive oil", "Butter",
    "Sea salt", "3 onions", "Helmet", "Warm socks", "Passport", "Candles", "Beginner", "North pier", "la la la", "Oslo",
    "Bergen", "iPhone", "Pros", "Cons", "Verdict", "Monday", "Group A", "Best film", "Best actress", "Runner-up", "0-0",
)  # fmt: skip
MENU = ("News", "Sport", "Culture", "Weather", "Contact", "About us", "Jobs", "Archive", "Privacy", "Imprint", "Video")
FIRST_NAMES = (
    "Ann", "Bo", "Mira", "Jon", "Ada", "Kai", "Petra", "Luc", "Elena", "Tom", "Irena",
    "Carlos", "Greta", "Hugh", "Nils",
    "Sofia", "Dave", "Karin", "Paolo", "Wim", "Rosa", "Steve", "Uli", "Marie", "Ben",
)  # fmt: skip
LAST_NAMES = (
    "Lee", "Skerry", "Holm", "Berg", "Lind", "Marsh", "Weber", "Durand", "Costa", "Novak", "Hale", "Ortega", "Brandt",
    "O'Neil", "Fisher", "Rossi", "de Wit", "Carver", "Stone", "Meyer",
)  # fmt: skip
HANDLES = (
    "skerry77", "ferryman", "harbour_rat", "SaltyDog", "nobody", "oldtimer", "mira.h", "Anonymous", "guest",
    "tidewatch",
    "Gast", "northshore", "BoatGuy", "lightkeeper9", "kelp", "truthteller", "windy", "a_reader", "Pete M", "jk",
    "TomTom",
    "GullWing", "concerned citizen", "moi", "Zaungast", "user4821", "Grumpy Old Man", "islander",
)  # fmt: skip
