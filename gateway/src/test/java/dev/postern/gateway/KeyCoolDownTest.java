package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.testkit.Recorder;
import dev.postern.testkit.project.ManualTimer;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The failures that open the breaker of a backend, of a model, or none. */
@Timeout(60)
class KeyCoolDownTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");
    private static final CallOptions OWN_KEY =
            CallOptions.builder().apiKey("mine").build();

    private final ManualTimer clock = new ManualTimer();
    private final ScriptedBackend main = new ScriptedBackend("main");
    private final ScriptedBackend spare = new ScriptedBackend("spare");
    private final List<String> reported = new ArrayList<>();
    private Gateway gateway = builder().fallbacks("main", List.of("spare")).build();

    private GatewayBuilder builder() {
        return Gateway.builder()
                .backend(
                        "main",
                        main,
                        BackendPolicy.builder()
                                .coolDown(2, Duration.ofSeconds(30))
                                .modelAliases(Map.of("fast", "small"))
                                .fallbackModel("big")
                                .build())
                .backend(
                        "spare",
                        spare,
                        BackendPolicy.builder()
                                .modelAliases(Map.of("fast", "tiny"))
                                .build())
                .listener(new BackendListener() {
                    @Override
                    public void onUnavailable(String backend, String model, LlmException why) {
                        reported.add(backend + (model.isEmpty() ? "" : "/" + model) + " " + why.kind() + " of "
                                + why.backend());
                    }

                    @Override
                    public void onAvailable(String backend, String model) {
                        reported.add(backend + (model.isEmpty() ? "" : "/" + model) + " answers");
                    }
                })
                .timer(clock);
    }

    private Recorder<StreamEvent> call(CompletionRequest request) {
        return Recorder.of(gateway.stream(request));
    }

    private void fail(CompletionRequest request, LlmException failure) {
        int before = main.count();
        call(request);
        assertThat(main.count()).as("main received the request").isEqualTo(before + 1);
        main.call(before).fails(failure);
    }

    private void fail(Kind kind) {
        fail(HELLO, new LlmException(kind, "No: " + kind + "."));
    }

    private static CompletionRequest of(String model) {
        return HELLO.toBuilder().model(model).build();
    }

    private static CompletionRequest with(CallOptions options) {
        return HELLO.toBuilder().options(options).build();
    }

    private boolean isAsked(CompletionRequest request) {
        int before = main.count();
        Recorder<StreamEvent> stream = call(request);
        boolean asked = main.count() > before;
        stream.cancel();
        return asked;
    }

    // ---- the key and the account

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"AUTHENTICATION", "PERMISSION", "QUOTA"})
    void aRefusedKeyOpensTheBreakerAtOnceAndIsReportedOnce(Kind kind) {
        try (LogCapture log = LogCapture.of("dev.postern.gateway")) {
            fail(kind);
            assertThat(isAsked(HELLO)).isFalse();
            assertThat(gateway.backend("main").health().up()).isFalse();
            assertThat(gateway.backend("main").health().detail())
                    .isEqualTo("The backend refuses the gateway's key or account (" + kind + ").");
            assertThat(gateway.backend("spare").health().up()).isTrue();

            clock.advance(Duration.ofSeconds(30));
            fail(kind); // the trial call
            clock.advance(Duration.ofSeconds(30));
            fail(Kind.SERVER); // another trial call, whose failure does not depend on the key

            assertThat(reported).containsExactly("main " + kind + " of main");
            assertThat(log.lines("WARNING"))
                    .containsExactly("The backend 'main' refuses the gateway's key or account (" + kind
                            + "); fallbacks are used, if there are any, until a call succeeds.");

            clock.advance(Duration.ofSeconds(30));
            call(HELLO);
            main.call(3).says("well again").completes();
            assertThat(reported).containsExactly("main " + kind + " of main", "main answers");
            assertThat(gateway.backend("main").health().up()).isTrue();

            fail(kind);
            assertThat(reported).hasSize(3);
            assertThat(log.lines("WARNING")).hasSize(2);
        }
    }

    @Test
    void afterTheCoolDownTheHealthIsThatOfTheProvider() {
        fail(Kind.QUOTA);
        assertThat(gateway.health().up()).isFalse();

        clock.advance(Duration.ofSeconds(30));

        assertThat(gateway.health().up()).isTrue(); // otherwise no trial call would be sent
    }

    @Test
    void anExceededQuotaAfterARefusedKeyIsANewState() {
        fail(Kind.AUTHENTICATION);
        clock.advance(Duration.ofSeconds(30));
        fail(Kind.QUOTA);

        assertThat(reported).containsExactly("main AUTHENTICATION of main", "main QUOTA of main");
    }

    @Test
    void aRefusalOfTheRequestDoesNotCloseTheBreakerOfARefusedKey() {
        fail(Kind.QUOTA);
        clock.advance(Duration.ofSeconds(30));
        fail(Kind.INVALID_REQUEST);

        assertThat(reported).hasSize(1);
        assertThat(isAsked(HELLO)).isTrue(); // it is the next trial call
    }

    @Test
    void anEarlierStreamDoesNotCloseTheBreaker() {
        call(HELLO);
        fail(Kind.QUOTA);

        main.call(0).says("I began in time").completes();

        assertThat(isAsked(HELLO)).isFalse();
        assertThat(reported).hasSize(1);
    }

    @Test
    void withoutCoolDownTheRefusedKeyIsReported() {
        gateway = Gateway.builder()
                .backend(
                        "main",
                        main,
                        BackendPolicy.builder()
                                .coolDown(0, Duration.ofSeconds(30))
                                .build())
                .backend("spare", spare)
                .fallbacks("main", List.of("spare"))
                .timer(clock)
                .build();
        fail(Kind.QUOTA);
        assertThat(isAsked(HELLO)).isTrue();
        assertThat(gateway.health().up()).isFalse();
    }

    // ---- the caller's own key

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"AUTHENTICATION", "PERMISSION", "QUOTA", "RATE_LIMITED", "NOT_FOUND"})
    void aRefusedKeyOfTheCallerDoesNotOpenTheBreaker(Kind kind) {
        for (int i = 0; i < 3; i++) {
            fail(
                    with(OWN_KEY),
                    LlmException.builder(kind, "no")
                            .retryAfter(Duration.ofMinutes(1))
                            .build());
        }

        assertThat(isAsked(HELLO)).isTrue();
        assertThat(gateway.health().up()).isTrue();
        assertThat(reported).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"AUTHENTICATION", "PERMISSION", "QUOTA"})
    void aCallWithItsOwnKeyIsAdmittedWhileTheGatewaysKeyIsRefused(Kind kind) {
        fail(kind);

        assertThat(isAsked(with(OWN_KEY))).isTrue();

        call(with(OWN_KEY));
        main.call(main.count() - 1).says("yours is good").completes();
        assertThat(isAsked(HELLO)).isFalse();
    }

    @Test
    void aCallWithItsOwnKeyIsNotAdmittedWhileTheBackendIsDown() {
        fail(Kind.SERVER);
        fail(Kind.SERVER);

        assertThat(isAsked(with(OWN_KEY))).isFalse();
    }

    @Test
    void anUnknownRegionOfTheCallerDoesNotCount() {
        CallOptions nowhere =
                CallOptions.builder().credential("aws_region", "mars-north-1").build();
        for (int i = 0; i < 3; i++) {
            fail(with(nowhere), new LlmException(Kind.CONNECTION, "unknown host"));
        }

        assertThat(isAsked(HELLO)).isTrue();
    }

    @Test
    void aTimeoutOfTheRequestDoesNotCount() {
        CallOptions hasty = CallOptions.builder()
                .timeouts(Timeouts.defaults().withResponseStart(Duration.ofMillis(1)))
                .build();
        for (int i = 0; i < 3; i++) {
            fail(with(hasty), new LlmException(Kind.TIMEOUT, "too slow for me"));
        }

        assertThat(isAsked(HELLO)).isTrue();
    }

    // ---- models

    @Test
    void anUnknownModelOpensOnlyTheBreakerOfTheModel() {
        LlmException unknown = new LlmException(Kind.NOT_FOUND, "no such model");
        fail(of("gpt-99"), unknown);
        assertThat(isAsked(of("gpt-99"))).isTrue();
        fail(of("gpt-99"), unknown);

        assertThat(isAsked(of("gpt-99"))).isFalse();
        assertThat(isAsked(of("fast"))).isTrue();
        assertThat(isAsked(HELLO)).isTrue();
        assertThat(gateway.health().up()).isTrue();
        assertThat(reported).containsExactly("main/gpt-99 NOT_FOUND of main");

        clock.advance(Duration.ofSeconds(30));
        call(of("gpt-99"));
        main.call(main.count() - 1).says("here I am").completes();
        assertThat(reported).containsExactly("main/gpt-99 NOT_FOUND of main", "main/gpt-99 answers");
        assertThat(isAsked(of("gpt-99"))).isTrue();
    }

    @Test
    void manyUnknownModelsAreBoundedAndDoNotOpenTheBreaker() {
        for (int i = 0; i < 2000; i++) {
            fail(of("no-" + i), new LlmException(Kind.NOT_FOUND, "no such model"));
        }

        assertThat(isAsked(HELLO)).isTrue();
    }

    /** A request for a forbidden model must not make the backend unavailable for other calls. */
    @Test
    void aForbiddenModelOfTheCallerOpensOnlyTheBreakerOfTheModel() {
        fail(of("o99-pro"), new LlmException(Kind.PERMISSION, "not for you"));

        assertThat(isAsked(of("o99-pro"))).isFalse();
        assertThat(isAsked(HELLO)).isTrue();
        assertThat(gateway.health().up()).isTrue();
        assertThat(reported).containsExactly("main/o99-pro PERMISSION of main");
    }

    @Test
    void aForbiddenModelOfTheOperatorOpensTheBreaker() {
        fail(of("fast"), new LlmException(Kind.PERMISSION, "not for you"));
        assertThat(isAsked(HELLO)).isFalse();

        clock.advance(Duration.ofSeconds(30));
        fail(of("big"), new LlmException(Kind.PERMISSION, "not for you"));
        assertThat(isAsked(HELLO)).isFalse();
    }

    // ---- invalid requests

    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"UNSUPPORTED", "PROTOCOL", "CONFIGURATION", "CANCELLED"})
    void anInvalidRequestDoesNotOpenTheBreaker(Kind kind) {
        for (int i = 0; i < 5; i++) {
            fail(kind);
        }

        assertThat(isAsked(HELLO)).isTrue();
    }

    @Test
    void anInvalidRequestKeepsTheNumberOfFailures() {
        fail(Kind.SERVER);
        fail(Kind.UNSUPPORTED);
        fail(Kind.SERVER);

        assertThat(isAsked(HELLO)).isFalse();
    }

    @Test
    void refusedPaidAndDefectiveCallsDoNotCount() {
        LlmException here = LlmException.builder(Kind.SERVER, "refused here")
                .refusedBeforeSending(true)
                .build();
        LlmException paid = LlmException.builder(Kind.SERVER, "gave up")
                .answer(CompletionResponse.builder().content("half").build())
                .build();
        LlmException defect = LlmException.of(new IllegalStateException("a defect"));
        for (int i = 0; i < 3; i++) {
            fail(HELLO, here);
            fail(HELLO, paid);
            fail(HELLO, defect);
        }

        assertThat(isAsked(HELLO)).isTrue();
    }

    /** A request cannot be the cause of this failure. */
    @Test
    void aServerThatDoesNotSpeakHttpCoolsDown() {
        for (int i = 0; i < 2; i++) {
            fail(
                    HELLO,
                    new LlmException(Kind.PROTOCOL, "does not speak HTTP", new ProtocolException("no status line")));
        }

        assertThat(isAsked(HELLO)).isFalse();
    }

    // ---- groups, fallbacks and kinds

    @Test
    void aCoolDownUsesTheFallbacksForItsKindOfFailure() {
        gateway = builder()
                .fallbacks("main", List.of("spare"), Set.of(Kind.QUOTA))
                .build();
        fail(Kind.SERVER);
        fail(Kind.SERVER);
        assertThat(isAsked(HELLO)).isTrue(); // there is no fallback for this kind
        assertThat(spare.count()).isZero();

        fail(Kind.QUOTA);
        assertThat(spare.count()).isOne();
        assertThat(isAsked(HELLO)).isFalse();
    }

    @Test
    void ifAllMembersOfAGroupCoolDownEachIsTried() {
        gateway = builder()
                .group("pool", new TreeMap<>(Map.of("main", 1, "spare", 1)))
                .defaultBackend("pool")
                .random(() -> 0)
                .build();
        fail(Kind.QUOTA);
        spare.call(0).fails(new LlmException(Kind.AUTHENTICATION, "wrong key"));

        Recorder<StreamEvent> stream = call(HELLO);
        main.call(1).fails(new LlmException(Kind.QUOTA, "still empty"));
        spare.call(1).says("my key is good again").completes();

        assertThat(stream.awaitComplete()).hasSize(1);
    }

    @Test
    void aRefusedKeyIsTheLastChoiceOfAGroup() {
        gateway = builder()
                .group("pool", new TreeMap<>(Map.of("main", 1, "spare", 1)))
                .defaultBackend("pool")
                .random(() -> 0)
                .build();
        for (int i = 0; i < 3; i++) { // three failures open the breaker of the spare
            call(HELLO);
            if (i == 0) {
                main.call(0).fails(new LlmException(Kind.QUOTA, "empty"));
            }
            spare.call(i).fails(new LlmException(Kind.SERVER, "down"));
        }
        int asked = main.count();

        call(HELLO);

        assertThat(spare.count()).isEqualTo(4);
        assertThat(main.count()).isEqualTo(asked);
        spare.call(3).fails(new LlmException(Kind.SERVER, "still down"));
        assertThat(main.count()).isEqualTo(asked + 1);
    }

    @Test
    void queuedCallsGoToTheFallbackWhenTheBackendFails() {
        gateway = Gateway.builder()
                .backend("main", main, BackendPolicy.builder().maxConcurrent(1).build())
                .backend("spare", spare)
                .fallbacks("main", List.of("spare"))
                .timer(clock)
                .build();
        for (int i = 0; i < 50; i++) {
            call(HELLO);
        }

        main.only().fails(new LlmException(Kind.QUOTA, "empty"));

        assertThat(main.count()).isOne();
        assertThat(spare.count()).isEqualTo(50);
    }

    @Test
    void callsQueuedForTheOnlyBackendAreSent() {
        gateway = Gateway.builder()
                .backend("main", main, BackendPolicy.builder().maxConcurrent(1).build())
                .timer(clock)
                .build();
        call(HELLO);
        Recorder<StreamEvent> waiting = call(HELLO);

        main.only().fails(new LlmException(Kind.QUOTA, "empty"));
        main.call(1).completes();

        waiting.awaitComplete();
    }

    @Test
    void aModelNameInTheLogIsShortenedAndHasNoControlCharacters() {
        try (LogCapture log = LogCapture.of("dev.postern.gateway")) {
            fail(of("x\n2026 ERROR " + "y".repeat(200)), new LlmException(Kind.PERMISSION, "no"));

            assertThat(log.lines("WARNING"))
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .startsWith("The backend 'main' (model x?2026 ERROR yyy")
                            .hasSizeLessThan(250));
        }
    }
}
