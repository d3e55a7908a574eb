package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.testkit.Golden;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is sent, byte by byte: prompts are cached by their bytes, so the order of fields must not change. */
class RequestGoldenTest {

    static Set<String> cases() {
        return RequestCases.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sendsTheseBytes(String name) {
        byte[] sent = RequestCases.all().get(name).bytes();
        Golden.check("request/" + name + ".json", new String(sent, StandardCharsets.UTF_8));
        // A second field of a name would be lost in the map, and its text with it.
        assertThat(Json.text(Json.parse(sent))).isEqualTo(new String(sent, StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void rolesTakeTurnsAndNoMessageIsEmpty(String name) {
        List<JsonObject> messages =
                Json.object(RequestCases.all().get(name).bytes()).objects("messages");
        for (int i = 0; i < messages.size(); i++) {
            assertThat(messages.get(i).objects("content")).isNotEmpty();
            if (i > 0) {
                assertThat(messages.get(i).text("role"))
                        .isNotEqualTo(messages.get(i - 1).text("role"));
            }
        }
    }

    @Test
    void everyFileHasItsCase() {
        assertThat(GoldenFiles.names("request", ".json")).containsExactlyInAnyOrderElementsOf(cases());
    }

    @Test
    void refusesWhatConverseHasNoPlaceFor() {
        Content png = Content.image("image/png", new byte[] {1});
        Content pdf = Content.document("application/pdf", "a.pdf", new byte[] {1});
        for (Message message : List.of(
                new Message(Role.ASSISTANT, List.of(png)),
                new Message(Role.ASSISTANT, List.of(pdf)),
                new Message(Role.SYSTEM, List.of(png)),
                new Message(Role.SYSTEM, List.of(pdf)),
                new Message(Role.SYSTEM, List.of(Content.audio("audio/wav", new byte[] {1}))),
                new Message(Role.ASSISTANT, List.of(Content.audio("audio/wav", new byte[] {1}))),
                new Message(Role.USER, List.of(Content.documentId("file-1"))),
                new Message(Role.USER, List.of(Content.imageUrl("https://example.org/cat.png"))),
                new Message(Role.USER, List.of(Content.imageUrl("s3://bucket/cat"))),
                new Message(Role.USER, List.of(Content.image("image/tiff", new byte[] {1}))),
                new Message(Role.USER, List.of(Content.document("application/zip", "a", new byte[] {1}))))) {
            RequestCases.Case refused = new RequestCases.Case(
                    ModelFamily.ANTHROPIC,
                    false,
                    RequestCases.NOTHING_SET,
                    CompletionRequest.builder().user("Hello").message(message).build());
            assertThatThrownBy(refused::bytes)
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                    .hasMessageStartingWith("messages: ");
        }
    }
}
