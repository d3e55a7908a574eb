package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.Message;
import dev.postern.testkit.project.Golden;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

class GatewayJsonTest {
    private static final int TIMES = 1000;

    /** By the name of the golden pair below {@code golden/wire/single}. */
    private static final Map<String, GatewayJson<?>> FORMS = Map.of(
            "request", GatewayJson.REQUEST,
            "response", GatewayJson.RESPONSE,
            "event", GatewayJson.EVENT,
            "message", GatewayJson.MESSAGE,
            "messages", GatewayJson.MESSAGE.list(),
            "tool", GatewayJson.TOOL,
            "tool_call", GatewayJson.TOOL_CALL,
            "tool_result", GatewayJson.TOOL_RESULT,
            "usage", GatewayJson.USAGE);

    static final List<String> NAMES = FORMS.keySet().stream().sorted().toList();

    /** Each line of {@code NAME.jsonl} is read; the line in {@code NAME.read} is what is written again, or the failure. */
    @ParameterizedTest
    @FieldSource("NAMES")
    void isReadAndWrittenAsExpected(String name) {
        String file = "wire/single/" + name;
        StringBuilder read = new StringBuilder();
        for (String line : new String(Golden.read(file + ".jsonl"), StandardCharsets.UTF_8).split("\n")) {
            read.append(rewritten(FORMS.get(name), line)).append('\n');
        }

        Golden.check(file + ".read", read.toString());
    }

    private static <T> String rewritten(GatewayJson<T> form, String json) {
        try {
            String written = form.text(form.read(json));
            assertThat(form.text(form.read(written))).isEqualTo(written);
            return written;
        } catch (LlmException e) {
            assertThat(e.kind()).isEqualTo(LlmException.Kind.INVALID_REQUEST);
            return "error " + e.getMessage();
        }
    }

    @Test
    void everyValueIsRestored() {
        restored(GatewayJson.MESSAGE, RandomModel::message);
        restored(GatewayJson.TOOL.list(), RandomModel::tools);
        restored(GatewayJson.TOOL_CALL, RandomModel::call);
        restored(GatewayJson.TOOL_RESULT, RandomModel::result);
        restored(GatewayJson.USAGE, RandomModel::usage);
        restored(GatewayJson.EVENT, RandomModel::event);
        restored(GatewayJson.RESPONSE, RandomModel::response);
        restored(GatewayJson.MESSAGE.list(), random -> random.request().messages());
        restored(
                GatewayJson.EVENT.list().list(),
                random -> List.of(List.of(random.event()), List.of(), List.of(random.event())));
    }

    private static <T> void restored(GatewayJson<T> form, Function<RandomModel, T> values) {
        for (int seed = 0; seed < TIMES; seed++) {
            T value = values.apply(new RandomModel(seed));
            byte[] written = form.write(value);

            assertThat(form.read(written))
                    .as("seed %d: %s", seed, form.text(value))
                    .isEqualTo(value);
            assertThat(form.read(form.text(value))).isEqualTo(value);
        }
    }

    @Test
    void aRequestIsRestored() {
        for (int seed = 0; seed < TIMES; seed++) {
            CompletionRequest request = new RandomModel(seed).request();

            assertThat(ModelText.of(GatewayJson.REQUEST.read(GatewayJson.REQUEST.write(request))))
                    .isEqualTo(ModelText.of(request));
        }
    }

    @Test
    void theJsonIsThatOfTheOtherWriters() {
        for (int seed = 0; seed < TIMES; seed++) {
            RandomModel random = new RandomModel(seed);
            CompletionRequest request = random.request();
            CompletionResponse response = random.response();
            var event = random.event();
            String written = GatewayJson.REQUEST.text(request);

            assertThat(GatewayJson.REQUEST.write(request)).isEqualTo(RequestWriter.write(request));
            assertThat(GatewayJson.RESPONSE.write(response)).isEqualTo(ResponseWriter.write(response));
            assertThat(GatewayJson.EVENT.write(event)).isEqualTo(EventWriter.write(event));
            assertThat(written)
                    .contains("\"messages\":" + GatewayJson.MESSAGE.list().text(request.messages()));
            if (!request.tools().isEmpty()) {
                assertThat(written)
                        .contains("\"tools\":" + GatewayJson.TOOL.list().text(request.tools()));
            }
            response.usage()
                    .ifPresent(usage -> assertThat(GatewayJson.RESPONSE.text(response))
                            .contains("\"usage\":" + GatewayJson.USAGE.text(usage)));
        }
    }

    @Test
    void deepAndLargeValuesAreRefused() {
        String deep = "[".repeat(300) + "]".repeat(300);
        String large = "[" + "1,".repeat(2_000_001) + "1]";

        for (String input : List.of(deep, large)) {
            assertThatThrownBy(() ->
                            GatewayJson.TOOL_CALL.read("{\"id\":\"c\",\"name\":\"f\",\"input\":{\"a\":" + input + "}}"))
                    .isInstanceOf(LlmException.class)
                    .hasMessageStartingWith("tool_call: the JSON text ")
                    .hasMessageEndingWith("; it must be a JSON object");
        }
    }

    @Test
    void keysAreNotWritten() {
        CompletionRequest request = CompletionRequest.of("Hello").toBuilder()
                .options(CallOptions.builder().apiKey("SECRET").build())
                .build();

        assertThat(GatewayJson.REQUEST.text(request))
                .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
    }

    @Test
    void nullIsRefused() {
        List<Message> withNull = new ArrayList<>();
        withNull.add(null);

        assertThatNullPointerException().isThrownBy(() -> GatewayJson.USAGE.write(null));
        assertThatNullPointerException()
                .isThrownBy(() -> GatewayJson.MESSAGE.list().write(withNull));
    }

    @Test
    void namesItsType() {
        assertThat(GatewayJson.MESSAGE.list()).hasToString("GatewayJson[messages]");
        assertThat(GatewayJson.REQUEST).hasToString("GatewayJson[request]");
    }
}
