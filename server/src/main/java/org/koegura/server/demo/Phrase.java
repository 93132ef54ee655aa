package org.koegura.server.demo;

import java.util.Locale;

/// What the demo says, in both languages; `%s` and the like as in [java.util.Formatter].
enum Phrase {
    OPENING(
            "A citizen calls the city. The staff telephone is registered through Koegura; nothing else is real but everything on the wire.",
            "市民が市役所に電話をかけます。職員の電話機は声蔵を通して登録されています。通信はすべて本物です。"),
    REGISTERED("registered   telephone %s, through the proxy: %s", "登録         電話機 %s(プロキシ経由: %s)"),
    NOT_REGISTERED("FAILED       telephone %s could not register", "失敗         電話機 %s を登録できません"),
    RINGING("ringing      the citizen dials %s; the staff telephone rings", "呼出中       市民が %s に発信し、職員の電話機が鳴っています"),
    ANSWERED("answered     the staff takes the call", "応答         職員が電話に出ました"),
    NOT_ANSWERED("FAILED       the call was not put through", "失敗         電話がつながりませんでした"),
    NOTICE("notice       ", "告知         "),
    NOTICE_DONE(" played in full after %.1f s", " %.1f 秒で最後まで再生"),
    NOTICE_NOT(" not played in full", " 最後まで再生されませんでした"),
    RECORDING("recording    from here on, and not before; they talk", "録音中       ここから録音が始まり、二人が話します"),
    HUNG_UP("hung up      by the citizen", "終話         市民が電話を切りました"),
    SEALED("sealed       %s", "封印         %s"),
    NOT_SEALED("FAILED       no sealed recording appeared", "失敗         封印された録音がありません"),
    HASH("             SHA-256 of packets.kgr %s", "             packets.kgr の SHA-256 %s"),
    HEARD_NOTICE(
            "heard        the citizen's telephone received the notice (correlation %.2f)",
            "受信         市民の電話機に告知が届きました(相関 %.2f)"),
    NOTICE_UNHEARD(
            "FAILED       the citizen's telephone did not receive the notice (correlation %.2f)",
            "失敗         市民の電話機に告知が届いていません(相関 %.2f)"),
    NOTICE_ASIDE(
            "heard        the staff's telephone did not hear it (correlation %.2f)",
            "受信         職員の電話機には告知は流れていません(相関 %.2f)"),
    NOTICE_LEAKED(
            "FAILED       the staff's telephone heard the notice too (correlation %.2f)",
            "失敗         職員の電話機にも告知が流れました(相関 %.2f)"),
    SPEECH("heard        %s received the other's speech (correlation %.2f)", "受信         %sに相手の声が届きました(相関 %.2f)"),
    SPEECH_LOST(
            "FAILED       %s did not receive the other's speech (correlation %.2f)",
            "失敗         %sに相手の声が届いていません(相関 %.2f)"),
    CITIZEN("the citizen", "市民"),
    STAFF("the staff", "職員"),
    VERIFIED("verified     the recording holds:", "検証         録音は正しいことが確認されました:"),
    NOT_VERIFIED("FAILED       the recording does not hold:", "失敗         録音の検証に失敗しました:"),
    CHECK("             %s", "             %s"),
    EXPORTED("exported     %s", "書き出し     %s"),
    NOT_EXPORTED("FAILED       no copy was written: %s", "失敗         書き出せませんでした: %s"),
    REFUSED("it was refused", "許可されませんでした"),
    WIRESHARK(
            "             its RTP: wireshark --enable-heuristic rtp_udp %s",
            "             RTP を見るには: wireshark --enable-heuristic rtp_udp %s"),
    GOOD("Verdict: the other party was told first, the recording is whole.", "判定: 相手方への告知が先に行われ、録音は完全です。"),
    BAD("Verdict: not as it should be; the lines marked FAILED say where.", "判定: 正しくありません。「失敗」の行をご覧ください。"),
    CONSOLE("Console: %s", "コンソール: %s"),
    SIGN_IN("Sign in as %s with the password %s", "ログイン: アカウント %s、パスワード %s"),
    EXPORTABLE(
            "That page also exports it, as pcapng for Wireshark and as WAV; only the demo's recordings can be exported.",
            "そのページから、pcapng(Wireshark 用)と WAV で書き出せます。書き出せるのはデモの録音だけです。"),
    KEEP(
            "The demo's data is deleted now; --export DIR keeps the recording as pcapng and WAV.",
            "デモのデータは消えます。--export DIR を付けると、録音を pcapng と WAV で残せます。"),
    STAYS(
            "The console stays open until Ctrl-C; then the demo's data is gone.",
            "コンソールは Ctrl-C まで開いています。終了するとデモのデータは消えます。");

    private final String english;
    private final String japanese;

    Phrase(String english, String japanese) {
        this.english = english;
        this.japanese = japanese;
    }

    String in(Language language, Object... arguments) {
        String form = switch (language) {
            case ENGLISH -> english;
            case JAPANESE -> japanese;
        };
        return String.format(Locale.ROOT, form, arguments);
    }
}
