package dev.postern.openai;

import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.json.Json;
import dev.postern.testkit.ProviderContract;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** The provider fulfils the contract of all providers. */
class OpenAiContractTest extends ProviderContract {

    @Override
    protected LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries) {
        return OpenAiProvider.builder()
                .baseUrl(server.toString())
                .apiKey(key)
                .timeouts(timeouts)
                .retries(retries)
                .build();
    }

    @Override
    protected Reply answer(String text) {
        return new Reply(200, "application/json", ChatSamples.whole(text));
    }

    @Override
    protected Reply error(int status, String message) {
        return new Reply(status, "application/json", utf8(Json.text(Map.of("error", Map.of("message", message)))));
    }

    @Override
    protected String streamType() {
        return "text/event-stream";
    }

    @Override
    protected byte[] opening() {
        return utf8(": processing\n\n" + ChatSamples.chunk("{\"role\":\"assistant\",\"content\":\"\"}", "null"));
    }

    @Override
    protected byte[] delta(String text) {
        return utf8(ChatSamples.chunk(Json.text(Map.of("content", text)), "null"));
    }

    @Override
    protected byte[] ending() {
        return utf8(ChatSamples.chunk("{}", "\"stop\"") + ChatSamples.USAGE + ChatSamples.DONE);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
