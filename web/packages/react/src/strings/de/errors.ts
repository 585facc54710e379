import type { Strings } from '../types'

const reload = 'Laden Sie die Seite neu, um die aktuelle Fassung zu bekommen.'

export const errors: Strings['errors'] = {
  'protocol/malformed-message': {
    sentence: 'Die App hat etwas gesendet, das der Server nicht lesen konnte.',
    nextStep: reload,
  },
  'protocol/unknown-message': {
    sentence: 'Die App hat um etwas gebeten, das dieser Server nicht kennt.',
    nextStep: 'Laden Sie die Seite neu, oder bitten Sie darum, den Server zu aktualisieren.',
  },
  'protocol/invalid-field': {
    sentence: 'Die App hat einen Wert gesendet, den der Server nicht annimmt.',
    nextStep: reload,
  },
  'protocol/message-too-large': {
    sentence: 'Die App hat mehr gesendet, als der Server auf einmal annimmt.',
    nextStep: reload,
  },
  'protocol/binary-message': {
    sentence: 'Die App hat Daten in einer Form gesendet, die der Server nicht versteht.',
    nextStep: reload,
  },
  'protocol/hello-expected': {
    sentence: 'Die App hat sich dem Server nicht vorgestellt.',
    nextStep: reload,
  },
  'protocol/unsupported-version': {
    sentence: 'App und Server sprechen verschiedene Versionen.',
    nextStep: reload,
  },
  'protocol/rate-limited': {
    sentence: 'Das war zu viel auf einmal.',
    nextStep: 'Warten Sie einen Augenblick und versuchen Sie es noch einmal.',
  },
  'account/not-signed-in': {
    sentence: 'Sie sind abgemeldet.',
    nextStep: 'Melden Sie sich wieder an.',
  },
  'account/wrong-credentials': {
    sentence: 'Der Name oder das Passwort stimmt nicht.',
    nextStep: 'Prüfen Sie beides und versuchen Sie es noch einmal.',
  },
  'account/sign-up-closed': {
    sentence: 'Dieser Server nimmt keine neuen Konten an.',
    nextStep: 'Bitten Sie die Person, die ihn betreibt, um ein Konto.',
  },
  'account/invitation-needed': {
    sentence: 'Dieser Server nimmt neue Konten nur mit Einladung an.',
    nextStep: 'Geben Sie den Einladungscode ein, den Sie bekommen haben.',
  },
  'account/name-taken': {
    sentence: 'Diesen Namen hat schon jemand.',
    nextStep: 'Wählen Sie einen anderen.',
  },
  'account/invalid-name': {
    sentence: 'Dieser Name ist nicht möglich.',
    nextStep: 'Verwenden Sie bis zu 64 Buchstaben, Ziffern, Punkte, Binde- oder Unterstriche.',
  },
  'account/weak-password': {
    sentence: 'Dieses Passwort ist zu kurz oder zu lang.',
    nextStep: 'Verwenden Sie zwischen 8 und 256 Zeichen.',
  },
  'account/too-many-attempts': {
    sentence: 'Das waren zu viele Versuche.',
    nextStep: 'Warten Sie eine Minute und versuchen Sie es noch einmal.',
  },
  'account/list-full': {
    sentence: 'Diese Liste ist voll.',
    nextStep: 'Entfernen Sie zuerst etwas daraus.',
  },
  'account/foreign-origin': {
    sentence: 'Diese Seite darf jenen Server nicht benutzen.',
    nextStep: 'Öffnen Sie die Seite des Servers selbst.',
  },
  'call/unknown-call': {
    sentence: 'Dieses Gespräch ist vorbei.',
    nextStep: 'Rufen Sie noch einmal an, wenn Sie weiter sprechen möchten.',
  },
  'call/unknown-user': {
    sentence: 'Niemand hat diesen Namen.',
    nextStep: 'Prüfen Sie den Namen.',
  },
  'call/calling-oneself': {
    sentence: 'Sie können sich nicht selbst anrufen.',
    nextStep: 'Wählen Sie jemand anderen.',
  },
  'call/call-id-taken': {
    sentence: 'Dieser Anruf konnte nicht begonnen werden.',
    nextStep: 'Rufen Sie noch einmal an.',
  },
  'call/too-many-calls': {
    sentence: 'Sie haben zu viele Gespräche gleichzeitig.',
    nextStep: 'Beenden Sie zuerst eines davon.',
  },
  'call/not-over': {
    sentence: 'Dieses Gespräch ist noch nicht vorbei.',
    nextStep: 'Versuchen Sie es noch einmal, wenn es beendet ist.',
  },
  'call/not-connected': {
    sentence: 'Dieses Gespräch kam nie zustande.',
    nextStep: 'Bewerten Sie ein Gespräch, in dem Sie gesprochen haben.',
  },
  'call/called-too-often': {
    sentence: 'Ihre letzten Anrufe bei dieser Person blieben unbeantwortet.',
    nextStep: 'Warten Sie eine Weile, bevor Sie wieder anrufen.',
  },
  'call/overloaded': {
    sentence: 'Der Server hat gerade keinen Platz für einen weiteren Anruf.',
    nextStep: 'Versuchen Sie es gleich noch einmal.',
  },
  'device/microphone-denied': {
    sentence: 'Ihr Browser lässt diese Seite das Mikrofon nicht benutzen.',
    nextStep: 'Erlauben Sie das Mikrofon in der Adresszeile und versuchen Sie es noch einmal.',
  },
  'device/microphone-dismissed': {
    sentence: 'Die Frage nach dem Mikrofon wurde ohne Antwort geschlossen.',
    nextStep: 'Versuchen Sie es noch einmal und wählen Sie „Zulassen“.',
  },
  'device/microphone-blocked': {
    sentence: 'Diese Seite darf kein Mikrofon benutzen.',
    nextStep: 'Öffnen Sie sie in einem eigenen Tab, oder fragen Sie die Person, die sie betreibt.',
  },
  'device/microphone-system-denied': {
    sentence: 'Dieser Computer lässt den Browser das Mikrofon nicht benutzen.',
    nextStep:
      'Erlauben Sie es in den Datenschutzeinstellungen des Systems und versuchen Sie es noch einmal.',
  },
  'device/microphone-missing': {
    sentence: 'Es wurde kein Mikrofon gefunden.',
    nextStep: 'Schließen Sie eines an und versuchen Sie es noch einmal.',
  },
  'device/microphone-busy': {
    sentence: 'Ein anderes Programm benutzt das Mikrofon.',
    nextStep: 'Schließen Sie das Programm und versuchen Sie es noch einmal.',
  },
  'device/microphone-unsuitable': {
    sentence: 'Das Mikrofon kann nicht, was Anrufe brauchen.',
    nextStep: 'Wählen Sie ein anderes Mikrofon in den Geräteeinstellungen.',
  },
  'device/microphone-failed': {
    sentence: 'Das Mikrofon ließ sich nicht starten.',
    nextStep: 'Stecken Sie es aus und wieder ein und versuchen Sie es noch einmal.',
  },
  'device/microphone-lost': {
    sentence: 'Das Mikrofon wurde ausgesteckt oder weggenommen.',
    nextStep: 'Schließen Sie es wieder an, oder wählen Sie ein anderes.',
  },
  'device/microphone-silenced': {
    sentence: 'Das Mikrofon ist außerhalb dieser Seite ausgeschaltet.',
    nextStep:
      'Suchen Sie nach einem Schalter daran oder einer Taste auf der Tastatur und in den Einstellungen des Systems.',
  },
  'device/camera-denied': {
    sentence: 'Ihr Browser lässt diese Seite die Kamera nicht benutzen.',
    nextStep: 'Erlauben Sie die Kamera in der Adresszeile und schalten Sie sie wieder ein.',
  },
  'device/camera-dismissed': {
    sentence: 'Die Frage nach der Kamera wurde ohne Antwort geschlossen.',
    nextStep: 'Schalten Sie die Kamera wieder ein und wählen Sie „Zulassen“.',
  },
  'device/camera-blocked': {
    sentence: 'Diese Seite darf keine Kamera benutzen.',
    nextStep: 'Öffnen Sie sie in einem eigenen Tab, oder fragen Sie die Person, die sie betreibt.',
  },
  'device/camera-system-denied': {
    sentence: 'Dieser Computer lässt den Browser die Kamera nicht benutzen.',
    nextStep:
      'Erlauben Sie es in den Datenschutzeinstellungen des Systems und schalten Sie sie wieder ein.',
  },
  'device/camera-missing': {
    sentence: 'Es wurde keine Kamera gefunden.',
    nextStep: 'Das Gespräch geht mit Ton weiter. Schließen Sie eine an und schalten Sie sie ein.',
  },
  'device/camera-busy': {
    sentence: 'Ein anderes Programm benutzt die Kamera.',
    nextStep: 'Schließen Sie das Programm und schalten Sie die Kamera wieder ein.',
  },
  'device/camera-unsuitable': {
    sentence: 'Die Kamera kann nicht, was Anrufe brauchen.',
    nextStep: 'Wählen Sie eine andere Kamera in den Geräteeinstellungen.',
  },
  'device/camera-failed': {
    sentence: 'Die Kamera ließ sich nicht starten.',
    nextStep: 'Das Gespräch geht mit Ton weiter. Schalten Sie die Kamera ein, um es zu versuchen.',
  },
  'device/camera-lost': {
    sentence: 'Die Kamera wurde ausgesteckt oder weggenommen.',
    nextStep: 'Schließen Sie sie wieder an, oder wählen Sie eine andere.',
  },
  'device/camera-silenced': {
    sentence: 'Die Kamera ist außerhalb dieser Seite ausgeschaltet.',
    nextStep:
      'Suchen Sie nach einer Abdeckung oder einem Schalter daran und in den Einstellungen des Systems.',
  },
  'device/screen-denied': {
    sentence: 'Dieser Computer lässt den Browser den Bildschirm nicht teilen.',
    nextStep:
      'Erlauben Sie es in den Datenschutzeinstellungen des Systems und teilen Sie ihn noch einmal.',
  },
  'device/screen-unsupported': {
    sentence: 'Dieser Browser kann den Bildschirm nicht teilen.',
    nextStep: 'Verwenden Sie dafür einen Browser auf einem Computer.',
  },
  'device/screen-failed': {
    sentence: 'Der Bildschirm ließ sich nicht teilen.',
    nextStep: 'Versuchen Sie es noch einmal, oder wählen Sie ein anderes Fenster.',
  },
  'device/insecure-page': {
    sentence: 'Browser erlauben Anrufe nur auf sicheren Seiten.',
    nextStep: 'Öffnen Sie diese Seite über https oder auf dem Rechner, auf dem der Server läuft.',
  },
  'device/calls-unsupported': {
    sentence: 'Dieser Browser lässt Seiten nicht telefonieren.',
    nextStep:
      'Erlauben Sie WebRTC in den Einstellungen des Browsers und in seinen Erweiterungen für den Datenschutz und laden Sie neu, oder nehmen Sie einen anderen Browser.',
  },
  'connection/no-media-path': {
    sentence: 'Die beiden Geräte konnten einander nicht erreichen.',
    nextStep: 'Prüfen Sie beide Netze und rufen Sie noch einmal an.',
  },
  'connection/negotiation-failed': {
    sentence: 'Die beiden Geräte konnten sich nicht einigen, wie sie sprechen.',
    nextStep: 'Rufen Sie noch einmal an; hilft das nicht, laden Sie beide Seiten neu.',
  },
  'connection/media-lost': {
    sentence: 'Die Verbindung ging verloren.',
    nextStep: 'Prüfen Sie Ihr Netz und rufen Sie noch einmal an.',
  },
  'server/unreachable': {
    sentence: 'Der Server ist nicht zu erreichen.',
    nextStep: 'Prüfen Sie Ihr Netz; wir versuchen es weiter.',
  },
  'server/unknown-host': {
    sentence: 'Unter dieser Adresse antwortet der Server nicht.',
    nextStep:
      'Nehmen Sie die Adresse, die Sie bekommen haben, oder lassen Sie diese in public-host aufnehmen.',
  },
  'server/session-replaced': {
    sentence: 'Diese Seite wurde ein zweites Mal geöffnet.',
    nextStep: 'Machen Sie im anderen Tab weiter, oder verwenden Sie wieder diesen.',
  },
  'server/too-many-devices': {
    sentence: 'Sie verwenden dieses Konto auf zu vielen Geräten oder Seiten zugleich.',
    nextStep: 'Schließen Sie es auf einem davon; wir versuchen es weiter.',
  },
  'server/restarting': {
    sentence: 'Der Server startet neu.',
    nextStep: 'Er ist gleich wieder da; Gespräche gehen weiter.',
  },
  'server/internal': {
    sentence: 'Auf unserer Seite ging etwas schief.',
    nextStep:
      'Versuchen Sie es noch einmal; bleibt es so, sagen Sie es der Person, die den Server betreibt.',
  },
}
