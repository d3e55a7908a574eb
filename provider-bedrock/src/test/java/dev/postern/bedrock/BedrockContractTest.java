package dev.postern.bedrock;

import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.http.RetryPolicy;
import dev.postern.json.Json;
import dev.postern.testkit.ProviderContract;
import java.net.URI;
import java.util.Map;

/** The provider fulfils the contract of all providers, with signatures. */
class BedrockContractTest extends ProviderContract {

    @Override
    protected LlmProvider provider(URI server, String key, Timeouts timeouts, RetryPolicy retries) {
        return identified(BedrockProvider.builder().region("us-east-1").endpoint(server.toString()), key)
                .timeouts(timeouts)
                .retries(retries)
                .build();
    }

    /** Uses the key of the contract as secret key and as session token. */
    BedrockProviderBuilder identified(BedrockProviderBuilder builder, String key) {
        return builder.credentials(new AwsCredentials("AKIDEXAMPLE", key, key));
    }

    @Override
    protected Reply answer(String text) {
        return new Reply(200, "application/json", Frames.whole(text));
    }

    @Override
    protected Reply error(int status, String message) {
        return new Reply(status, "application/json", Frames.utf8(Json.text(Map.of("message", message))));
    }

    @Override
    protected String streamType() {
        return Frames.TYPE;
    }

    @Override
    protected byte[] opening() {
        return Frames.start();
    }

    @Override
    protected byte[] delta(String text) {
        return Frames.text(0, text);
    }

    @Override
    protected byte[] ending() {
        return Frames.join(
                Frames.event("contentBlockStop", "{\"contentBlockIndex\":0}"),
                Frames.stop("end_turn"),
                Frames.usage(3, 2));
    }
}
