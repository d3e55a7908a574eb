package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.testkit.Recorder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The caller's options for the members of a group. */
@Timeout(60)
class GroupOptionsTest {
    private static final Timeouts PATIENT = Timeouts.defaults().withTotal(Duration.ofSeconds(70));

    private final ScriptedBackend first = new ScriptedBackend("first");
    private final ScriptedBackend second = new ScriptedBackend("second");
    private final ScriptedBackend spare = new ScriptedBackend("spare");
    private final Gateway gateway = Gateway.builder()
            .backend("first", first)
            .backend("second", second)
            .backend("spare", spare)
            .group("pool", new TreeMap<>(Map.of("first", 1, "second", 1)))
            .group("spares", Map.of("spare", 1))
            .fallbacks("pool", List.of("spares"))
            .random(() -> 0)
            .build();

    private static CallOptions.Builder secrets(String secret) {
        return CallOptions.builder()
                .apiKey(secret)
                .header("X-Own", secret)
                .query("q", secret)
                .credential("c", secret);
    }

    /** Sends a request to a backend or group; each backend but the last one fails. */
    private void ask(String name, CallOptions options) {
        CompletionRequest request = CompletionRequest.builder()
                .backend(name)
                .user("Hi")
                .extra(Map.of("top_k", 5))
                .options(options)
                .build();
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(request));
        first.only().fails(new LlmException(Kind.SERVER, "down"));
        if (second.count() > 0) {
            second.only().fails(new LlmException(Kind.SERVER, "down"));
            spare.only().completes();
            stream.awaitComplete();
        }
    }

    private static CallOptions sent(ScriptedBackend backend) {
        return backend.only().request.options();
    }

    private static void hasSecrets(ScriptedBackend backend, String secret) {
        CallOptions options = sent(backend);
        assertThat(options.apiKey()).isEqualTo(secret);
        assertThat(List.of(options.headers(), options.query(), options.credentials()))
                .isEqualTo(
                        secret.isEmpty()
                                ? List.of(Map.of(), Map.of(), Map.of())
                                : List.of(Map.of("X-Own", secret), Map.of("q", secret), Map.of("c", secret)));
    }

    @Test
    void theKeyGoesOnlyToTheFirstMember() {
        ask("pool", secrets("key-of-first").timeouts(PATIENT).serverFields(true).build());

        hasSecrets(first, "key-of-first");
        hasSecrets(second, "");
        hasSecrets(spare, "");
        assertThat(sent(second).timeouts()).contains(PATIENT);
        assertThat(sent(second).serverFields()).isTrue();
        assertThat(second.only().request.extra()).isEqualTo(Map.of("top_k", 5));
    }

    @Test
    void theOptionsOfANamedMemberTakePrecedence() {
        ask(
                "pool",
                secrets("unnamed")
                        .backend("first", secrets("one").build())
                        .backend("second", secrets("two").build())
                        .build());

        hasSecrets(first, "one");
        hasSecrets(second, "two");
        hasSecrets(spare, "");
    }

    @Test
    void theOptionsOfAGroupApplyToAllMembers() {
        ask(
                "pool",
                secrets("unnamed")
                        .backend("pool", secrets("shared").build())
                        .backend("second", secrets("two").build())
                        .backend("spares", secrets("three").build())
                        .build());

        hasSecrets(first, "shared");
        hasSecrets(second, "two");
        hasSecrets(spare, "three");
    }

    @Test
    void theOptionsOfABackendApplyToARequestForIt() {
        ask("first", secrets("unnamed").backend("first", secrets("one").build()).build());

        hasSecrets(first, "one");
    }

    @Test
    void anInnerGatewayGetsNoOptionsOfOuterBackends() {
        Gateway outer = Gateway.builder()
                .backend("pool", gateway)
                .backend("first", spare)
                .build();
        CallOptions options =
                secrets("unnamed").backend("first", secrets("outside").build()).build();

        Recorder<StreamEvent> stream = Recorder.of(outer.stream(CompletionRequest.builder()
                .backend("pool")
                .user("Hi")
                .options(options)
                .build()));
        first.only().completes();
        stream.awaitComplete();

        hasSecrets(first, "unnamed");
    }

    @Test
    void optionsForABackendOfAnInnerGatewayAreNested() {
        Gateway outer = Gateway.builder().backend("eu", gateway).build();
        CallOptions inside = CallOptions.builder()
                .backend("first", secrets("inside").build())
                .build();

        Recorder<StreamEvent> stream = Recorder.of(outer.stream(CompletionRequest.builder()
                .backend("eu")
                .user("Hi")
                .options(secrets("unnamed").backend("eu", inside).build())
                .build()));
        first.only().completes();
        stream.awaitComplete();

        hasSecrets(first, "inside");
    }
}
