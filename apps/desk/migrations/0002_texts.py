"""Text templates to start from; a city changes them as it likes."""

from django.db import migrations

GREET_DE = "Guten Tag,\n\n"
GREET_EN = "Good day,\n\n"
END_DE = "\n\nMit freundlichen Grüßen\nStadt {city}"
END_EN = "\n\nKind regards\nCity of {city}"

TEXTS = [
    (
        "clarify-what", "clarification", "",
        "Rückfrage: Was genau gesucht wird", "Question: what exactly is meant",
        "Ihre Anfrage vom {received} haben wir gelesen. Damit wir das Richtige heraussuchen, fehlt uns noch eine Angabe:\n\n"
        "[Bitte hier die Frage eintragen]\n\n"
        "Sie können direkt auf Ihrer Statusseite antworten. Wenn Sie unsicher sind, helfen wir Ihnen gern bei der Formulierung.",
        "We have read your request of {received}. To find the right information we need one more detail:\n\n"
        "[Please enter the question here]\n\n"
        "You can answer on your status page. If you are unsure, we will gladly help you to put it into words.",
    ),
    (
        "extend-complex", "extension", "uig",
        "Verlängerung: umfangreich oder komplex", "Extension: extensive or complex",
        "Ihre Anfrage ist so umfangreich, dass wir sie nicht innerhalb eines Monats beantworten können. "
        "Das Gesetz gibt uns in diesem Fall zwei Monate ab Eingang (§ 3 Abs. 3 Satz 2 Nr. 2 UIG).\n\n"
        "Der Grund ist: [Bitte hier den Grund eintragen]",
        "Your request is so extensive that we cannot answer it within one month. "
        "In this case the law gives us two months from receipt (§ 3 (3) no. 2 UIG).\n\n"
        "The reason is: [Please enter the reason here]",
    ),
    (
        "hear-party", "hearing", "",
        "Anhörung: Schreiben an die dritte Person oder Firma", "Hearing: letter to the third party",
        "Bei uns liegt ein Antrag auf Zugang zu Informationen vor, die auch Sie betreffen. Bevor wir entscheiden, möchten wir "
        "Ihre Sicht kennen. Bitte teilen Sie uns mit, ob Sie einverstanden sind und, falls nicht, welche Ihrer Rechte betroffen wären.",
        "We have received a request for access to information that concerns you, too. Before we decide we would like to know your "
        "view. Please tell us whether you agree and, if not, which of your rights would be affected.",
    ),
    (
        "fee-estimate", "fee", "",
        "Kosten: Schätzung vorab", "Costs: estimate beforehand",
        "Die Antwort macht mehr Arbeit als eine einfache Auskunft, deshalb fällt eine Gebühr an.\n\n"
        "Der Grund ist: [Bitte hier den Aufwand beschreiben]\n\n"
        "Wir beginnen erst, wenn Sie zustimmen. Mehr als der genannte Betrag wird es nicht. Sie können Ihre Anfrage auch "
        "eingrenzen: Dann wird es günstiger oder kostenfrei.",
        "The answer takes more work than simple information, so there is a fee.\n\n"
        "The reason is: [Please describe the work here]\n\n"
        "We begin only when you agree. It will not be more than this amount. You can also narrow your request: then it becomes "
        "cheaper or free.",
    ),
    (
        "forward-peer", "forwarding", "",
        "Weiterleitung: Eine andere Stadt hat die Daten", "Forwarding: another city has the data",
        "Die Daten, nach denen Sie fragen, haben nicht wir, sondern eine Nachbarstadt. Mit Ihrem Einverständnis geben wir Ihre "
        "Anfrage dorthin weiter – ohne Ihren Namen und Ihre Adresse, wenn Sie es nicht anders wünschen. Die Antwort bekommen Sie "
        "dann über uns.",
        "The data you ask for are not held by us but by a neighbouring city. With your consent we pass your request on – "
        "without your name and address unless you wish otherwise. You then get the answer through us.",
    ),
    (
        "grant", "granted", "",
        "Zusage", "Grant",
        GREET_DE + "gern geben wir Ihnen die gewünschten Informationen zu „{subject}“. Sie finden sie auf Ihrer Statusseite."
        "\n\nDie Auskunft ist kostenfrei." + END_DE,
        GREET_EN + "we are glad to give you the information you asked for on “{subject}”. You find it on your status page."
        "\n\nThe information is free of charge." + END_EN,
    ),
    (
        "partly", "partly", "",
        "Teilweise Zusage", "Partial grant",
        GREET_DE + "einen Teil der gewünschten Informationen zu „{subject}“ geben wir Ihnen. Den anderen Teil müssen wir ablehnen: "
        "[Bitte hier eintragen, welcher Teil und warum die Gründe im Einzelfall überwiegen]" + END_DE,
        GREET_EN + "we give you part of the information you asked for on “{subject}”. We have to refuse the other part: "
        "[Please enter which part, and why the grounds prevail in this case]" + END_EN,
    ),
    (
        "refuse", "refused", "",
        "Ablehnung", "Refusal",
        GREET_DE + "wir haben Ihre Anfrage „{subject}“ nach dem {law} geprüft und müssen sie leider ablehnen. "
        "[Bitte hier den Einzelfall abwägen]\n\nDie Ablehnung ist kostenfrei." + END_DE,
        GREET_EN + "we have examined your request “{subject}” under the {law} and regret that we have to refuse it. "
        "[Please weigh the case here]\n\nThe refusal is free of charge." + END_EN,
    ),
    (
        "not-held", "not-held", "",
        "Nicht vorhanden", "Not held",
        GREET_DE + "die Informationen, nach denen Sie unter „{subject}“ fragen, liegen der Stadt {city} nicht vor. "
        "[Falls bekannt: wer sie haben könnte]" + END_DE,
        GREET_EN + "the City of {city} does not hold the information you ask for under “{subject}”. "
        "[If known: who might have it]" + END_EN,
    ),
    (
        "interim", "message", "ifg",
        "Zwischennachricht: Es dauert länger", "Interim message: it takes longer",
        "Wir arbeiten an Ihrer Anfrage, schaffen es aber nicht bis zum {due}. Der Grund ist: [Bitte eintragen]\n\n"
        "Wir antworten Ihnen voraussichtlich bis zum [Datum].",
        "We are working on your request but cannot finish by {due}. The reason is: [Please enter]\n\n"
        "We expect to answer by [date].",
    ),
]


def seed(apps, schema_editor):
    templates = apps.get_model("desk", "TextTemplate")
    for key, use, law, title_de, title_en, body_de, body_en in TEXTS:
        templates.objects.get_or_create(
            key=key,
            defaults={
                "use": use,
                "law": law,
                "title_de": title_de,
                "title_en": title_en,
                "body_de": body_de,
                "body_en": body_en,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("desk", "0001_initial")]
    operations = [migrations.RunPython(seed, migrations.RunPython.noop)]
