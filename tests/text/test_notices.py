"""A page's notices about itself go in any words; sentences on cookies, links, rules and letters stay."""

import pytest

from cleanwire.errors import InputError
from cleanwire.text.boilerplate import lines, notice_files
from cleanwire.text.boilerplate.rule_files import Place

GOES = [
    ("en", "Cookies and similar technologies are used on this website to measure traffic and remember choices."),
    ("en", "When this map loads, data is sent to Google under its own terms."),
    ("de", "Auf dieser Seite werden Cookies gesetzt, damit sie richtig funktioniert."),
    ("de", "Sobald das Video startet, werden Nutzerdaten an den Anbieter übermittelt."),
    ("fr", "Des cookies sont déposés sur ce site afin de mesurer l'audience."),
    ("es", "Para medir las visitas, este portal emplea cookies de terceros."),
    ("es", "Al reproducir el contenido se transmiten datos a YouTube."),
    ("it", "Per misurare il traffico questo sito si serve di cookie tecnici e di terze parti."),
    ("it", "La riproduzione comporta la trasmissione di dati a YouTube."),
    ("pt", "Para medir as visitas, este site recorre a cookies de terceiros."),
    ("nl", "Bij het afspelen worden gegevens naar YouTube doorgestuurd."),
    ("pl", "Do pomiaru ruchu ten serwis wykorzystuje pliki cookies."),
    ("tr", "Sitemizde ziyaretleri ölçmek için çerezler kullanılır."),
    ("tr", "Bu videoyu oynattığınızda verileriniz YouTube'a aktarılır."),
    ("ar", "من أجل قياس الزيارات نستخدم ملفات تعريف الارتباط على هذا الموقع."),
    ("ru", "Для измерения посещаемости на этом сайте используются файлы cookie."),
    ("en", "If a purchase follows from one of these links, a small commission goes to the publisher."),
    ("de", "Wenn Sie über einen dieser Links etwas bestellen, erhält der Verlag eine Provision."),
    ("de", "Wie mit Fehlern umgegangen wird, steht in unseren redaktionellen Leitlinien, hier nachzulesen."),
    ("fr", "Si un achat est fait par l'un de ces liens, une commission peut être versée à l'éditeur."),
    ("fr", "Pour savoir comment les erreurs sont corrigées, consultez notre charte éditoriale."),
    ("es", "Por las compras hechas desde estos enlaces el medio puede recibir una comisión."),
    ("pt", "As compras feitas através destes links podem render uma comissão; obrigado, ganhamos assim o nosso pão."),
    ("nl", "Wie iets koopt via deze links levert de redactie een kleine commissie op."),
    ("pl", "Za zakupy dokonane przez te linki otrzymamy prowizję od sklepu."),
]
STAYS = [
    ("en", "The bakery gave away two hundred cookies before noon, and the queue reached the tram stop."),
    ("en", "Most browsers now refuse cookies that follow people from one shop to the next."),
    ("en", "The council's website sets cookies before anyone agrees, the inquiry found."),
    ("en", "YouTube said the channel's videos had been watched a million times before they were removed."),
    ("en", "Influencers earn a commission on every purchase that follows from their links."),
    ("en", "Half of the magazine's income comes from affiliate links, and the rest from events."),
    ("en", "The paper published its code of ethics in 1994 and has changed it twice since."),
    ("en", "Every morning the harbour master reads the letters that came by mail overnight."),
    ("en", "Voters were asked every week by e-mail whether they still backed the mayor."),
    ("de", "Cookies, die Menschen durchs Netz verfolgen, will das Ministerium von Juli an verbieten."),
    ("de", "Die Provision, die Makler bekommen, wenn jemand eine Wohnung kauft, soll sinken."),
    ("de", "Der Presserat rügte die Zeitung, weil sie gegen den Pressekodex verstoßen hatte."),
    ("de", "Jeden Morgen leert der Hausmeister das Postfach der Genossenschaft, in dem meist nur Rechnungen liegen."),
    ("de", "Google übermittelte die Daten der Fahrer jahrelang an die Versicherung."),
    ("fr", "Les cookies publicitaires disparaîtront des navigateurs l'an prochain, promet l'entreprise."),
    ("fr", "La commission a voté l'achat de deux liens ferroviaires avec le port."),
    ("fr", "Chaque matin, la boîte mail du maire déborde de plaintes sur le bruit."),
    ("es", "La comisión aprobó la compra de los terrenos que enlazan el puerto con la autopista."),
    ("es", "Los datos del mapa fueron enviados a la policía dos meses después."),
    ("es", "El código ético del partido obliga a dimitir a los imputados."),
    ("it", "La commissione ha votato l'acquisto dei terreni accanto al porto."),
    ("it", "I cookie di terze parti spariranno dai browser entro due anni."),
    ("pt", "A comissão aprovou a compra dos navios, e os links da videoconferência falharam duas vezes."),
    ("nl", "De commissie stemde in met de aankoop van twee schepen voor de veerdienst."),
    ("nl", "Elke ochtend leest de burgemeester zijn mail voordat hij naar het stadhuis fietst."),
    ("pl", "Sklep zapłacił karę, bo jego strona używała cookies bez zgody klientów."),
    ("pl", "Prowizję od zakupu mieszkania płaci odtąd sprzedający."),
    ("tr", "Mahkeme, sitenin çerez kullanmasını hukuka aykırı buldu."),
    ("ar", "وقالت المحكمة إن الموقع يستخدم ملفات تعريف الارتباط دون إذن من الزوار."),
    ("ru", "Суд запретил магазину использовать файлы cookie на сайте без согласия покупателей."),
    ("en", "You get dozens of spam e-mails every day, and your inbox fills up before breakfast."),
    ("en", "Every morning you open your e-mail and find another bill from the water company."),
    ("en", "We asked to see the company's code of ethics, and waited three weeks for a copy."),
    ("en", "Our visitors can read the code of conduct on a board beside the harbour gate."),
    ("en", "The link between what you buy and the commission your agent earns is not obvious."),
    ("en", "When you buy through such a link, whoever posted it earns a commission."),
    ("en", "The video sends your data to Google, which stores it for nine months."),
    ("en", "This map shows where Google sends its cars to collect data on the city's streets."),
    ("en", "This app stores cookies from your browser, and it took us a week to find out why."),
    ("de", "Jeden Tag bekommen Sie eine E-Mail von der Bank, und jedes Mal ist sie falsch."),
    ("de", "Wer über so einen Link kauft, bringt dem Makler eine Provision ein, ohne dass Sie es merken."),
    ("de", "Wir wollten mehr über die Leitlinien der neuen Eigentümer erfahren und riefen an."),
    ("de", "Diese Karte zeigt, welche Daten Google an die Polizei übermittelt hat."),
    ("fr", "Chaque jour, vous recevez un e-mail de votre banque, et chaque fois il est faux."),
    ("fr", "Cette carte montre quelles données Google transmet à la police."),
    ("fr", "Nous avons demandé à voir la charte éditoriale du groupe, ici comme à Lyon."),
    ("es", "Este mapa muestra qué datos envía Google a la policía."),
    ("es", "Cada mañana usted abre el correo y encuentra otra factura del agua."),
    ("it", "Questa mappa mostra quali dati Google trasmette alla polizia."),
    ("nl", "Deze kaart laat zien welke gegevens Google met de politie deelt."),
    ("pl", "Ta mapa pokazuje, jakie dane Google przekazuje policji."),
]


@pytest.mark.parametrize(("language", "line"), GOES)
def test_a_notice_of_the_page_goes_from_every_place(language: str, line: str) -> None:
    for place in Place:
        if place.name in ("HEAD", "BODY", "TAIL"):
            assert lines.judge(line, place, lines.LineContext(language=language)) is not None


@pytest.mark.parametrize(("language", "line"), STAYS)
def test_a_sentence_on_the_same_things_stays_in_every_place(language: str, line: str) -> None:
    for place in Place:
        if place.name in ("HEAD", "BODY", "TAIL"):
            assert lines.judge(line, place, lines.LineContext(language=language)) is None


@pytest.mark.parametrize(
    ("written", "line", "told"),
    [
        ("[notices.en]\nconsents = [['a']]", 2, "consents: no such key"),
        ("[notices.en]\nconsent = [['this site'],\n ['coo*kie']]", 3, "never found"),
        ("[notices.en]\nreporting = ['']", 2, "a text is empty"),
        ("[notice]\n", 1, "notice: no such key"),
    ],
)
def test_a_mistake_in_the_file_is_told_with_its_line(written: str, line: int, told: str) -> None:
    with pytest.raises(InputError) as raised:
        notice_files.read(written.encode(), "notices.toml")
    assert f"notices.toml:{line}: " in str(raised.value)
    assert told in str(raised.value)
