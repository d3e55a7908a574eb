package dev.postern.openai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.Message;
import dev.postern.Role;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.testkit.project.Golden;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes of requests. Servers cache prompts by their bytes, so the order of fields must not change. */
class RequestGoldenTest {

    static Set<String> cases() {
        return RequestCases.all().keySet();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sendsTheseBytes(String name) {
        byte[] sent = RequestCases.all().get(name).bytes();
        Golden.check("request/" + name + ".json", new String(sent, StandardCharsets.UTF_8));
        assertThat(sent).isEqualTo(Golden.read("request/" + name + ".json"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void sendsEachFieldOnlyOnce(String name) {
        byte[] sent = RequestCases.all().get(name).bytes();
        // The parsed map would lose a second field of the same name.
        assertThat(Json.text(Json.parse(sent))).isEqualTo(new String(sent, StandardCharsets.UTF_8));
    }

    @Test
    void everyFileHasACase() {
        assertThat(SourcedGolden.names("request", ".json")).containsExactlyInAnyOrderElementsOf(cases());
    }

    @Test
    void everyTypeOfContentHasACase() {
        Set<Class<?>> seen = new HashSet<>();
        for (RequestCases.Case one : RequestCases.all().values()) {
            for (Message message : one.request().messages()) {
                for (Content part : message.parts()) {
                    seen.add(part.getClass());
                }
            }
        }
        assertThat(seen).containsExactlyInAnyOrder(Content.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("cases")
    void neverSendsAnEmptyListOfTools(String name) {
        JsonObject sent = Json.object(RequestCases.all().get(name).bytes());
        assertThat(sent.get("tools")).isNotEqualTo(List.of());
        assertThat(sent.objects("messages"))
                .allSatisfy(message -> assertThat(message.get("tool_calls")).isNotEqualTo(List.of()));
    }

    @Test
    void refusesContentThatTheApiDoesNotSupport() {
        for (Content part : List.of(
                Content.imageUrl("https://example.org/cat.png"),
                Content.document("application/pdf", "a.pdf", new byte[] {1}),
                ToolResult.of("call_1", "18 C"))) {
            Message message = new Message(Role.ASSISTANT, List.of(part));
            assertThatThrownBy(() ->
                            write(CompletionRequest.builder().message(message).build()))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED))
                    .hasMessageContaining(part.getClass().getSimpleName());
        }
    }

    /** The server would fetch any URL, also from its own network and its own disk. */
    @ParameterizedTest
    @CsvSource({
        "file:///etc/passwd, 'file:'",
        "FILE:/etc/passwd, 'file:'",
        "ftp://host/a.png, 'ftp:'",
        "gs://bucket/a.png, 'gs:'",
        "s3://bucket/a.png, 's3:'",
        "javascript:alert(1), 'javascript:'",
        "/etc/passwd, the URL of an image must begin with a scheme",
        "' file:///etc/passwd', the URL of an image must begin with a scheme",
        "//host/a.png, the URL of an image must begin with a scheme"
    })
    void refusesImageUrlsWithOtherSchemes(String url, String message) {
        CompletionRequest request =
                CompletionRequest.builder().user(Content.imageUrl(url)).build();
        assertThatThrownBy(() -> write(request))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.UNSUPPORTED);
                    assertThat(e.refusedBeforeSending()).isTrue();
                })
                .hasMessageContaining(message)
                .hasMessageContaining("data, http, https");
    }

    @Test
    void sendsImageUrlsWithAllowedSchemes() {
        ServerProfile local = ServerProfile.VLLM.with(RequestRules.GENERIC.withImageSchemes(Set.of("file")));
        CompletionRequest request = CompletionRequest.builder()
                .user(Content.imageUrl("file:///data/a.png"))
                .build();
        assertThat(new String(new RequestCases.Case("m", local, false, request).bytes(), StandardCharsets.UTF_8))
                .contains("file:///data/a.png");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            n        | 2          | UNSUPPORTED     | extra.n: Postern reads one answer per request; send 2 requests.
            n        | 3.0        | UNSUPPORTED     | extra.n: Postern reads one answer per request; send 3 requests.
            n        | 0          | INVALID_REQUEST | extra.n: must be 1, because Postern reads one answer per request; omit the field.
            n        | null       | INVALID_REQUEST | extra.n: must be 1, because Postern reads one answer per request; omit the field.
            n        | "2"        | INVALID_REQUEST | extra.n: must be 1, because Postern reads one answer per request; omit the field.
            stream   | true       | INVALID_REQUEST | extra.stream: follows from the method that is called; call stream() or completions().
            stream   | null       | INVALID_REQUEST | extra.stream: follows from the method that is called; call stream() or completions().
            messages | []         | INVALID_REQUEST | extra.messages: is a field of the request itself; set messages there.
            model    | "other"    | INVALID_REQUEST | extra.model: is a field of the request itself; set model there.
            tools    | {}         | INVALID_REQUEST | extra.tools: must be a list; its elements are added to the request's tools.
            """)
    void refusesExtraFieldsOfTheRequestItself(String field, String value, Kind kind, String message) {
        Map<String, Object> extra = new HashMap<>();
        extra.put(field, Json.parse(value));
        assertRefused(CompletionRequest.builder().user("Hello").extra(extra).build(), kind, message);
    }

    @Test
    void omitsAnExtraFieldNOfOne() {
        CompletionRequest.Builder request = CompletionRequest.builder().user("Hello");
        assertThat(write(request.extra(Map.of("n", 1)).build()))
                .isEqualTo(write(request.extra(Map.of()).build()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tool_choice", "parallel_tool_calls", "temperature", "max_tokens", "max_completion_tokens", "top_p",
                "stop", "seed", "presence_penalty", "frequency_penalty", "reasoning_effort", "response_format",
                "metadata"
            })
    void refusesAFieldThatIsSetTwice(String field) {
        CompletionRequest request = RequestCases.everything(
                        CompletionRequest.builder().user("Hello"))
                .requestMetadata(Map.of("team", "a"))
                .extra(Map.of(field, "mine"))
                .build();
        assertRefused(
                request,
                Kind.INVALID_REQUEST,
                "extra." + field + ": the request sets this field too; set it in one place only.");
    }

    private static void assertRefused(CompletionRequest request, Kind kind, String message) {
        assertThatThrownBy(() -> write(request))
                .isInstanceOfSatisfying(LlmException.class, e -> {
                    assertThat(e.kind()).isEqualTo(kind);
                    assertThat(e.refusedBeforeSending()).isTrue();
                })
                .hasMessage(message);
    }

    private static byte[] write(CompletionRequest request) {
        return new RequestCases.Case("m", ServerProfile.GENERIC, false, request).bytes();
    }
}
