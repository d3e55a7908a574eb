package dev.postern;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentTest {
    private static final String NO_BASE64 = "must be the file's bytes as base64, without a data: prefix";

    static Stream<Arguments> badParts() {
        return Stream.of(
                bad("image: needs either data (base64) or a url", () -> new Content.Image("image/png", "", "")),
                bad("image: needs either data (base64) or a url", () -> new Content.Image("image/png", "AAAA", "u")),
                bad("image: needs either data (base64) or a url", () -> Content.image("image/png", new byte[0])),
                bad("image.media_type: '' is no media type like image/png", () -> Content.image("", new byte[1])),
                bad("image.media_type: 'png' is no media type like image/png", () -> Content.image("png", new byte[1])),
                bad(
                        "image.media_type: 'image/png; q=1' is no media type like image/png",
                        () -> Content.image("image/png; q=1", new byte[1])),
                bad(
                        "document: needs either data (base64) or a file_id",
                        () -> new Content.Document("application/pdf", "", "AAAA", "file-1")),
                bad("audio.media_type: 'wav' is no media type like image/png", () -> new Content.Audio("wav", "AAAA")),
                bad("audio.data: " + NO_BASE64, () -> Content.audio("audio/wav", new byte[0])),
                bad("document.data: " + NO_BASE64, () -> Content.document("application/pdf", "a.pdf", new byte[0])),
                bad(
                        "document.media_type: 'pdf' is no media type like image/png",
                        () -> Content.document("pdf", "a.pdf", new byte[1])));
    }

    private static Arguments bad(String message, ThrowingCallable mistake) {
        return arguments(message, mistake);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("badParts")
    void refusesInvalidMedia(String message, ThrowingCallable mistake) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(mistake::call)
                .withMessage(message)
                .satisfies(refused -> assertThat(refused.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data:image/png;base64,AAAA", "AAAAA", "AA A", "A-_A", "AA=A", "=AAA", "A===", "AAA\n", "ä"})
    void refusesWhatIsNotBase64(String data) {
        assertThatExceptionOfType(LlmException.class)
                .isThrownBy(() -> new Content.Image("image/png", data, ""))
                .withMessage("image.data: " + NO_BASE64);
    }

    @ParameterizedTest
    @ValueSource(strings = {"AAAA", "AA==", "AAA=", "AA", "AAA", "+/09azAZ"})
    void acceptsBase64WithAndWithoutPadding(String data) {
        assertThatCode(() -> new Content.Document("application/vnd.ms-excel+x", "", data))
                .doesNotThrowAnyException();
    }

    @Test
    void encodesBytesWithoutKeepingTheArray() {
        byte[] bytes = {1, 2, 3};
        Content image = Content.image("image/png", bytes);
        Content document = Content.document("application/pdf", "a.pdf", bytes);
        bytes[0] = 9;

        assertThat(image).isEqualTo(new Content.Image("image/png", "AQID", ""));
        assertThat(document).isEqualTo(new Content.Document("application/pdf", "a.pdf", "AQID"));
    }

    @Test
    void showsNoBytes() {
        assertThat(Content.image("image/png", new byte[30])).hasToString("Image[image/png, 40 base64 characters]");
        assertThat(Content.document("application/pdf", "a.pdf", new byte[30]))
                .hasToString("Document[application/pdf, a.pdf, 40 base64 characters]");
        assertThat(Content.audio("audio/wav", new byte[30])).hasToString("Audio[audio/wav, 40 base64 characters]");
        assertThat(Content.documentId("file-1")).hasToString("Document[file file-1]");
        assertThat(new Content.Document("", "a.pdf", "", "file-1")).hasToString("Document[file file-1, a.pdf]");
        assertThat(Content.imageUrl("data:image/png;base64,AAAA")).hasToString("Image[data:image/png;base64,…]");
    }

    @Test
    void showsAUrlWithoutItsQuery() {
        assertThat(Content.imageUrl("https://h/a,b.png")).hasToString("Image[https://h/a,b.png]");
        assertThat(Content.imageUrl("https://h/a.png?Signature=secret")).hasToString("Image[https://h/a.png?…]");
    }

    @Test
    void showsAUrlWithoutUserAndPassword() {
        assertThat(Content.imageUrl("https://bob:s3cret@h/x.png?sig=1")).hasToString("Image[https://h/x.png?…]");
        assertThat(Content.imageUrl("https://a@b:s3cret@h")).hasToString("Image[https://h]");
        assertThat(Content.imageUrl("https://h/@bob/x.png")).hasToString("Image[https://h/@bob/x.png]");
    }

    @Test
    void shortensLongTextsInToStringAndKeepsThemInOneLine() {
        String longName = "a\n" + "b".repeat(1_000_000);
        String shown = "a " + "b".repeat(38) + "…";

        assertThat(Content.imageUrl("https://h/" + "b".repeat(1_000_000)))
                .hasToString("Image[https://h/" + "b".repeat(30) + "…]");
        assertThat(Content.imageUrl("https://h/a\nb")).hasToString("Image[https://h/a b]");
        assertThat(new Content.Document("application/pdf", longName, "AQID"))
                .hasToString("Document[application/pdf, " + shown + ", 4 base64 characters]");
        assertThat(Content.documentId(longName)).hasToString("Document[file " + shown + "]");
    }

    @Test
    void keepsTheDetailOfAnImage() {
        Content.Image plain = new Content.Image("", "", "https://h/a.png");

        assertThat(plain.detail()).isEmpty();
        assertThat(plain.withDetail("low")).isEqualTo(new Content.Image("", "", "https://h/a.png", "low"));
    }

    @Test
    void joinsTextPartsOnlyWithoutASeparator() {
        assertThat(Content.textOf(List.of())).isEmpty();
        assertThat(Content.textOf(List.of(Content.text("a")))).isEqualTo("a");
        assertThat(Content.textOf(List.of(
                        Content.text("a"),
                        Content.Reasoning.of("no"),
                        ToolCall.of("c1", "no", Map.of()),
                        Content.text("b"))))
                .isEqualTo("ab");
        assertThat(Content.textOf(List.of(Content.Reasoning.of("no")))).isEmpty();
    }
}
