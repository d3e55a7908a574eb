package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The cool-down of a backend after repeated failures. */
@Timeout(60)
class CoolDownTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");
    private static final LlmException DOWN = new LlmException(Kind.SERVER, "It is down.");

    private final ManualTimer clock = new ManualTimer();
    private final ScriptedBackend main = new ScriptedBackend("main");
    private final ScriptedBackend spare = new ScriptedBackend("spare");
    private Gateway gateway = builder().fallbacks("main", List.of("spare")).build();

    private GatewayBuilder builder() {
        return Gateway.builder()
                .backend(
                        "main",
                        main,
                        BackendPolicy.builder()
                                .coolDown(2, Duration.ofSeconds(30))
                                .build())
                .backend("spare", spare)
                .timer(clock);
    }

    private Recorder<StreamEvent> call() {
        return Recorder.of(gateway.stream(HELLO));
    }

    private void fail(int calls) {
        for (int i = 0; i < calls; i++) {
            call();
            main.call(main.count() - 1).fails(new LlmException(Kind.SERVER, "It is down."));
        }
    }

    @Test
    void afterThreeFailuresInARowTheFallbackIsUsedAtOnce() {
        fail(2);

        call();

        assertThat(main.count()).isEqualTo(2);
        assertThat(spare.count()).isEqualTo(3);
    }

    @Test
    void anAnswerResetsTheNumberOfFailures() {
        fail(1);
        call();
        main.call(1).completes();
        fail(1);

        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void aRefusalOfTheRequestResetsTheNumberOfFailures() {
        fail(1);
        call();
        main.call(1).fails(new LlmException(Kind.INVALID_REQUEST, "no"));
        fail(1);

        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void afterTheCoolDownOneCallIsTheTrialCall() {
        fail(2);
        clock.advance(Duration.ofSeconds(29));
        call();
        assertThat(main.count()).isEqualTo(2);

        clock.advance(Duration.ofSeconds(1));
        call();
        assertThat(main.count()).isEqualTo(3);
        call();
        assertThat(main.count()).isEqualTo(3);

        main.call(2).completes();
        call();
        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void aFailedTrialCallRestartsTheCoolDown() {
        fail(2);
        clock.advance(Duration.ofSeconds(30));
        fail(1);

        clock.advance(Duration.ofSeconds(29));
        call();
        assertThat(main.count()).isEqualTo(3);
        clock.advance(Duration.ofSeconds(1));
        call();
        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void afterACancelledTrialCallTheNextCallIsTheTrialCall() {
        fail(2);
        clock.advance(Duration.ofSeconds(30));

        call().cancel();
        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void aRetryAfterStartsTheCoolDownAtOnce() {
        call();
        main.only()
                .fails(LlmException.builder(Kind.RATE_LIMITED, "Slow down.")
                        .retryAfter(Duration.ofSeconds(7))
                        .build());
        call();
        assertThat(main.count()).isOne();

        clock.advance(Duration.ofSeconds(7));
        call();

        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void aLongRetryAfterIsBounded() {
        call();
        main.only()
                .fails(LlmException.builder(Kind.RATE_LIMITED, "Slow down.")
                        .retryAfter(Duration.ofDays(365 * 300))
                        .build());

        clock.advance(Duration.ofMinutes(5));
        call();

        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void aBackendWithoutFallbackIsTriedDuringItsCoolDown() {
        gateway = builder().build();
        fail(2);

        call();

        assertThat(main.count()).isEqualTo(3);
    }

    @Test
    void ifAllBackendsCoolDownTheIntendedOneIsTried() {
        gateway = Gateway.builder()
                .backend(
                        "main",
                        main,
                        BackendPolicy.builder()
                                .coolDown(1, Duration.ofSeconds(30))
                                .build())
                .backend(
                        "spare",
                        spare,
                        BackendPolicy.builder()
                                .coolDown(1, Duration.ofSeconds(30))
                                .build())
                .fallbacks("main", List.of("spare"))
                .timer(clock)
                .build();
        call();
        main.only().fails(DOWN);
        spare.only().fails(new LlmException(Kind.SERVER, "Down, too."));

        Recorder<StreamEvent> stream = call();
        main.call(1).fails(DOWN);

        assertThat(stream.awaitFailure(LlmException.class).kind()).isEqualTo(Kind.SERVER);
        assertThat(spare.count()).isOne();
    }

    @Test
    void aMemberOfAGroupIsSkippedDuringItsCoolDown() {
        gateway = Gateway.builder()
                .backend(
                        "main",
                        main,
                        BackendPolicy.builder()
                                .coolDown(1, Duration.ofSeconds(30))
                                .build())
                .backend("spare", spare)
                .group("pool", new TreeMap<>(Map.of("main", 1, "spare", 1)))
                .defaultBackend("pool")
                .random(() -> 0)
                .timer(clock)
                .build();
        call();
        main.only().fails(DOWN);
        assertThat(spare.count()).isOne();

        call();

        assertThat(main.count()).isOne();
        assertThat(spare.count()).isEqualTo(2);
    }

    @Test
    void theCoolDownCanBeTurnedOff() {
        gateway = Gateway.builder()
                .backend(
                        "main",
                        main,
                        BackendPolicy.builder().coolDown(0, Duration.ZERO).build())
                .backend("spare", spare)
                .fallbacks("main", List.of("spare"))
                .build();
        fail(10);

        assertThat(main.count()).isEqualTo(10);
    }

    @Test
    void aStreamThatBreaksLaterCounts() {
        for (int i = 0; i < 2; i++) {
            call();
            main.call(i).says("half").fails(new LlmException(Kind.INCOMPLETE_STREAM, "cut"));
        }

        call();

        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void theFirstItemOfATrialCallClosesTheBreaker() {
        fail(2);
        clock.advance(Duration.ofSeconds(30));
        call();
        main.call(2).says("recovered, with a long answer");

        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void aTrialCallThatBreaksLaterRestartsTheCoolDown() {
        fail(2);
        clock.advance(Duration.ofSeconds(30));
        call();
        main.call(2).says("well").fails(new LlmException(Kind.INCOMPLETE_STREAM, "cut"));

        call();

        assertThat(main.count()).isEqualTo(3);
    }

    @Test
    void ifTheFallbackFailsTheIntendedBackendIsTried() {
        fail(2);
        Recorder<StreamEvent> stream = call();

        spare.call(spare.count() - 1).fails(DOWN);
        main.call(2).says("well again").completes();

        assertThat(stream.awaitComplete()).hasSize(1);
    }

    @Test
    void aShortTimeoutOfTheCallerDoesNotCount() {
        CompletionRequest hasty = CompletionRequest.builder()
                .user("Hello")
                .options(CallOptions.builder()
                        .timeouts(Timeouts.defaults().withTotal(Duration.ofSeconds(1)))
                        .build())
                .build();
        for (int i = 0; i < 3; i++) {
            Recorder<StreamEvent> stream = Recorder.of(gateway.stream(hasty));
            clock.advance(Duration.ofSeconds(1));
            stream.awaitFailure(LlmException.class);
        }

        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void theTotalTimeoutOfTheGatewayCounts() {
        gateway = builder()
                .fallbacks("main", List.of("spare"))
                .totalTimeout(Duration.ofSeconds(1))
                .build();
        for (int i = 0; i < 2; i++) {
            Recorder<StreamEvent> stream = call();
            clock.advance(Duration.ofSeconds(1));
            stream.awaitFailure(LlmException.class);
        }

        call();

        assertThat(main.count()).isEqualTo(2);
    }

    private void letTheTotalTimeoutPass(Recorder<StreamEvent> stream) {
        clock.advance(Duration.ofSeconds(10));
        stream.awaitFailure(LlmException.class);
    }

    private Gateway withTotalTimeout(BackendPolicy policy) {
        return Gateway.builder()
                .backend(
                        "main",
                        main,
                        policy.toBuilder().coolDown(1, Duration.ofMinutes(5)).build())
                .backend("spare", spare)
                .fallbacks("main", List.of("spare"))
                .totalTimeout(Duration.ofSeconds(10))
                .timer(clock)
                .build();
    }

    @Test
    void aTimeoutInTheQueueDoesNotCount() {
        gateway = withTotalTimeout(BackendPolicy.builder().maxConcurrent(1).build());
        Recorder<StreamEvent> running = call();
        Recorder<StreamEvent> waiting = call();
        clock.advance(Duration.ofSeconds(9));
        running.cancel(); // one second before the timeout, the next call is admitted
        assertThat(main.count()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));
        waiting.awaitFailure(LlmException.class);

        call();

        assertThat(main.count()).isEqualTo(3);
    }

    @Test
    void theTimeAtAnEarlierBackendDoesNotCount() {
        gateway = Gateway.builder()
                .backend("main", main)
                .backend(
                        "spare",
                        spare,
                        BackendPolicy.builder()
                                .coolDown(1, Duration.ofMinutes(5))
                                .build())
                .fallbacks("main", List.of("spare"))
                .totalTimeout(Duration.ofSeconds(10))
                .timer(clock)
                .build();
        Recorder<StreamEvent> stream = call();
        clock.advance(Duration.ofSeconds(9));
        main.only().fails(DOWN);
        clock.advance(Duration.ofSeconds(1));
        stream.awaitFailure(LlmException.class);

        call();
        main.call(1).fails(new LlmException(Kind.SERVER, "It is down."));

        assertThat(spare.count()).isEqualTo(2);
    }

    @Test
    void aTimeoutWithoutDemandDoesNotCount() {
        gateway = withTotalTimeout(BackendPolicy.defaults());
        letTheTotalTimeoutPass(Recorder.<StreamEvent>requesting(0).on(gateway.stream(HELLO)));

        call();

        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void aTimeoutDuringALongAnswerDoesNotCount() {
        gateway = withTotalTimeout(BackendPolicy.defaults());
        Recorder<StreamEvent> stream = call();
        main.only().says("I have much to say");
        letTheTotalTimeoutPass(stream);

        call();

        assertThat(main.count()).isEqualTo(2);
    }

    /** Otherwise a listener that collects unavailable models keeps it forever. */
    @Test
    void anEvictedModelIsReportedAsAvailable() {
        CoolDown coolDown = new CoolDown(BackendPolicy.defaults(), clock);
        LlmException missing = new LlmException(Kind.NOT_FOUND, "There is no such model.");
        List<CoolDown.Change> changes = new ArrayList<>();

        for (int i = 0; i <= 256; i++) {
            CoolDownPermit pass = coolDown.admit("m" + i, true, CallerOverrides.of(CallOptions.NONE));
            changes.addAll(coolDown.failed(pass, missing, FailureEffect.OPENS_FOR_MODEL));
        }

        assertThat(changes).hasSize(258);
        assertThat(changes.subList(256, 258))
                .containsExactly(new CoolDown.Change("m0", true, missing), new CoolDown.Change("m256", false, missing));
        assertThat(coolDown.reason("m0")).isNull();
        assertThat(coolDown.reason("m1")).isSameAs(missing);
    }
}
