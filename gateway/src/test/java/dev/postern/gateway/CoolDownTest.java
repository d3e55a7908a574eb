package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.testkit.ManualTimer;
import dev.postern.testkit.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A backend that keeps failing is left alone for a while. */
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
                .backend("main", main, BackendPolicy.defaults().withCoolDown(2, Duration.ofSeconds(30)))
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
    void afterSoManyFailuresInARowOthersAreAskedAtOnce() {
        fail(2);

        call();

        assertThat(main.count()).isEqualTo(2);
        assertThat(spare.count()).isEqualTo(3);
    }

    @Test
    void anAnswerInBetweenForgivesTheFailures() {
        fail(1);
        call();
        main.call(1).completes();
        fail(1);

        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void aRefusalOfTheRequestShowsThatTheBackendIsThere() {
        fail(1);
        call();
        main.call(1).fails(new LlmException(Kind.INVALID_REQUEST, "no"));
        fail(1);

        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void afterTheCoolDownOneCallTriesWhileTheOthersStayAway() {
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
    void aProbeThatFailsBeginsTheCoolDownAnew() {
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
    void aProbeThatIsCancelledLeavesItToTheNextCall() {
        fail(2);
        clock.advance(Duration.ofSeconds(30));

        call().cancel();
        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void aBackendThatSaysHowLongToWaitIsLeftAloneAtOnceForThatLong() {
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
    void aWaitBeyondReasonIsCutShort() {
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
    void aBackendWithoutStandInIsAskedAllTheSame() {
        gateway = builder().build();
        fail(2);

        call();

        assertThat(main.count()).isEqualTo(3);
    }

    @Test
    void ifAllAreLeftAloneTheIntendedOneIsAsked() {
        gateway = Gateway.builder()
                .backend("main", main, BackendPolicy.defaults().withCoolDown(1, Duration.ofSeconds(30)))
                .backend("spare", spare, BackendPolicy.defaults().withCoolDown(1, Duration.ofSeconds(30)))
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
    void aMemberOfAGroupIsPassedOver() {
        gateway = Gateway.builder()
                .backend("main", main, BackendPolicy.defaults().withCoolDown(1, Duration.ofSeconds(30)))
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
    void coolDownCanBeTurnedOff() {
        gateway = Gateway.builder()
                .backend("main", main, BackendPolicy.defaults().withCoolDown(0, Duration.ZERO))
                .backend("spare", spare)
                .fallbacks("main", List.of("spare"))
                .build();
        fail(10);

        assertThat(main.count()).isEqualTo(10);
    }

    @Test
    void aStreamThatBreaksLaterCountsToo() {
        for (int i = 0; i < 2; i++) {
            call();
            main.call(i).says("half").fails(new LlmException(Kind.INCOMPLETE_STREAM, "cut"));
        }

        call();

        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void aProbeThatBeginsToAnswerLetsTheOthersFollow() {
        fail(2);
        clock.advance(Duration.ofSeconds(30));
        call();
        main.call(2).says("well again, and with much to say");

        call();

        assertThat(main.count()).isEqualTo(4);
    }

    @Test
    void ifItThenBreaksTheCoolDownBeginsAnew() {
        fail(2);
        clock.advance(Duration.ofSeconds(30));
        call();
        main.call(2).says("well").fails(new LlmException(Kind.INCOMPLETE_STREAM, "cut"));

        call();

        assertThat(main.count()).isEqualTo(3);
    }

    @Test
    void ifItsStandInFailsTooItIsAskedAllTheSame() {
        fail(2);
        Recorder<StreamEvent> stream = call();

        spare.call(spare.count() - 1).fails(DOWN);
        main.call(2).says("well again").completes();

        assertThat(stream.awaitComplete()).hasSize(1);
    }

    @Test
    void aCallerInAHurrySaysNothingOfTheBackend() {
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
    void theGatewaysOwnPatienceDoes() {
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
                .backend("main", main, policy.withCoolDown(1, Duration.ofMinutes(5)))
                .backend("spare", spare)
                .fallbacks("main", List.of("spare"))
                .totalTimeout(Duration.ofSeconds(10))
                .timer(clock)
                .build();
    }

    @Test
    void timeInTheQueueDoesNotCountAgainstTheBackend() {
        gateway = withTotalTimeout(BackendPolicy.defaults().withMaxConcurrent(1));
        Recorder<StreamEvent> running = call();
        Recorder<StreamEvent> waiting = call();
        clock.advance(Duration.ofSeconds(9));
        running.cancel(); // a second before the end, the next one has its turn
        assertThat(main.count()).isEqualTo(2);
        clock.advance(Duration.ofSeconds(1));
        waiting.awaitFailure(LlmException.class);

        call();

        assertThat(main.count()).isEqualTo(3);
    }

    @Test
    void norDoesTheTimeOfTheBackendBeforeIt() {
        gateway = Gateway.builder()
                .backend("main", main)
                .backend("spare", spare, BackendPolicy.defaults().withCoolDown(1, Duration.ofMinutes(5)))
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
    void aCallerWhoAsksForNothingSaysNothingOfTheBackend() {
        gateway = withTotalTimeout(BackendPolicy.defaults());
        letTheTotalTimeoutPass(Recorder.<StreamEvent>asking(0).on(gateway.stream(HELLO)));

        call();

        assertThat(main.count()).isEqualTo(2);
    }

    @Test
    void norDoesALongAnswer() {
        gateway = withTotalTimeout(BackendPolicy.defaults());
        Recorder<StreamEvent> stream = call();
        main.only().says("I have much to say");
        letTheTotalTimeoutPass(stream);

        call();

        assertThat(main.count()).isEqualTo(2);
    }

    /** Or a listener that keeps a list of what is unavailable keeps it for ever. */
    @Test
    void aModelThatIsForgottenIsToldAsAvailable() {
        CoolDown coolDown = new CoolDown(BackendPolicy.defaults(), clock);
        LlmException missing = new LlmException(Kind.NOT_FOUND, "There is no such model.");
        List<CoolDown.Change> changes = new ArrayList<>();

        for (int i = 0; i <= 256; i++) {
            CoolDown.Pass pass = coolDown.admit("m" + i, true, Caller.of(CallOptions.NONE));
            changes.addAll(coolDown.failed(pass, missing, Effect.OPENS_FOR_MODEL));
        }

        assertThat(changes).hasSize(258);
        assertThat(changes.subList(256, 258))
                .containsExactly(new CoolDown.Change("m0", true, missing), new CoolDown.Change("m256", false, missing));
        assertThat(coolDown.reason("m0")).isNull();
        assertThat(coolDown.reason("m1")).isSameAs(missing);
    }
}
