package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.ModelInfo;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.StreamEvent.MessageStop;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is written and read again is equal. */
class RoundTripTest {
    private static final int TIMES = 1000;

    @Test
    void aRequestIsRestored() {
        for (int seed = 0; seed < TIMES; seed++) {
            CompletionRequest request = new RandomModel(seed).request();
            byte[] written = RequestWriter.write(request);
            CompletionRequest read = RequestReader.read(written);

            assertThat(read.messages()).as("seed %d: %s", seed, utf8(written)).isEqualTo(request.messages());
            assertThat(ModelText.of(read))
                    .as("seed %d: %s", seed, utf8(written))
                    .isEqualTo(ModelText.of(request));
            assertThat(RequestWriter.write(read)).isEqualTo(written);
        }
    }

    @Test
    void anAnswerIsRestored() {
        for (int seed = 0; seed < TIMES; seed++) {
            CompletionResponse response = new RandomModel(seed).response();
            byte[] written = ResponseWriter.write(response);

            assertThat(ResponseReader.read(written))
                    .as("seed %d: %s", seed, utf8(written))
                    .isEqualTo(response);
        }
    }

    @Test
    void anEventIsRestored() {
        EventReader reader = new EventReader();
        for (int seed = 0; seed < TIMES; seed++) {
            StreamEvent event = new RandomModel(seed).event();
            byte[] written = EventWriter.write(event);

            assertThat(reader.read(written, 0, written.length))
                    .as("seed %d: %s", seed, utf8(written))
                    .isEqualTo(event);
            assertThat(reader.poll()).isNull();
        }
    }

    @Test
    void anAnswerCanBeSentBackInTheNextRequestInEitherForm() {
        for (int seed = 0; seed < TIMES; seed++) {
            CompletionResponse response = new RandomModel(seed).response();
            CompletionRequest next = CompletionRequest.builder()
                    .user("?")
                    .message(response.message())
                    .build();
            byte[] asAnswer = utf8("{\"messages\":[{\"role\":\"user\",\"content\":\"?\"},"
                    + utf8(ResponseWriter.write(response)).replaceFirst("\\{", "{\"role\":\"assistant\",") + "]}");

            assertThat(RequestReader.read(RequestWriter.write(next)).messages()).isEqualTo(next.messages());
            assertThat(RequestReader.read(asAnswer).messages()).isEqualTo(next.messages());
        }
    }

    @Test
    void usageInThePythonGatewaysStopIsASeparateEvent() {
        byte[] stop = utf8("{\"type\":\"message_stop\",\"stop_reason\":\"end_turn\",\"model\":\"m\","
                + "\"usage\":{\"input_tokens\":3,\"output_tokens\":4}}");
        EventReader reader = new EventReader();
        List<StreamEvent> events = new ArrayList<>();
        for (StreamEvent next = reader.read(stop, 0, stop.length); next != null; next = reader.poll()) {
            events.add(next);
        }
        assertThat(events).hasSize(2).first().isInstanceOf(MessageStop.class);
        assertThat(events.get(1))
                .isInstanceOfSatisfying(
                        StreamEvent.UsageReported.class,
                        cost -> assertThat(cost.usage().totalTokens()).isEqualTo(7));
    }

    @Test
    void theBackendThatAnsweredIsInTheMetadata() {
        byte[] stop = EventWriter.write(new MessageStop(StopReason.END_TURN, "m", Map.of("id", "1")), "alt");

        assertThat(utf8(stop))
                .isEqualTo(
                        "{\"type\":\"message_stop\",\"stop_reason\":\"end_turn\",\"model\":\"m\",\"backend\":\"alt\","
                                + "\"metadata\":{\"id\":\"1\"}}");
        assertThat(new EventReader().read(stop, 0, stop.length))
                .isEqualTo(new MessageStop(StopReason.END_TURN, "m", Map.of("id", "1", "backend", "alt")));
    }

    @Test
    void aListOfModelsIsRestored() {
        List<ModelInfo> models = List.of(
                new ModelInfo("a", "main", List.of("chat", "tool_use")), new ModelInfo("b \"c\"", "", List.of()));

        assertThat(ModelsReader.read(ModelsWriter.write(models))).isEqualTo(models);
    }

    @Test
    void callOptionsAreNotWritten() {
        CompletionRequest request = CompletionRequest.of("Hello").toBuilder()
                .options(CallOptions.builder()
                        .apiKey("SECRET-1")
                        .header("X-Trace", "SECRET-2")
                        .query("q", "SECRET-3")
                        .credential("aws_secret_access_key", "SECRET-4")
                        .build())
                .build();

        assertThat(utf8(RequestWriter.write(request)))
                .isEqualTo("{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}");
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
