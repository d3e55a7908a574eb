package dev.postern.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.ResponseFormat;
import dev.postern.StreamEvent;
import dev.postern.ToolChoice;
import dev.postern.testkit.Recorder;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Extra fields: set, locked and allowed ones. */
@Timeout(60)
class ExtraPolicyTest {
    private static final ExtraPolicy GUARDED =
            ExtraPolicy.open().withSet(Map.of("safe_prompt", true)).withLocked(List.of("service_tier"));

    private final ScriptedBackend main = new ScriptedBackend("main");
    private final ScriptedBackend spare = new ScriptedBackend("spare");

    private static BackendPolicy policy(ExtraPolicy extra) {
        return BackendPolicy.builder().extra(extra).build();
    }

    private static CompletionRequest with(Map<String, ?> extra) {
        return CompletionRequest.of("Hello").toBuilder().extra(extra).build();
    }

    private static LlmException refused(Gateway gateway, Map<String, ?> extra) {
        LlmException failure = Recorder.of(gateway.stream(with(extra))).awaitFailure(LlmException.class);
        assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(failure.refusedBeforeSending()).isTrue();
        return failure;
    }

    @Test
    void setFieldsAreAddedToEveryRequest() {
        Gateway gateway =
                Gateway.builder().backend("main", main, policy(GUARDED)).build();

        Recorder<StreamEvent> plain = Recorder.of(gateway.stream(CompletionRequest.of("Hello")));
        Recorder<StreamEvent> more = Recorder.of(gateway.stream(with(Map.of("top_k", 5))));

        assertThat(main.call(0).request.extra()).isEqualTo(Map.of("safe_prompt", true));
        assertThat(main.call(1).request.extra()).isEqualTo(Map.of("safe_prompt", true, "top_k", 5));
        plain.cancel();
        more.cancel();
    }

    @Test
    void aRequestCannotChangeSetOrLockedFields() {
        Gateway gateway = Gateway.builder()
                .backend("main", main, policy(GUARDED))
                .backend("spare", spare)
                .fallbacks("main", List.of("spare"))
                .build();

        assertThat(refused(gateway, Map.of("safe_prompt", false)))
                .hasMessage(
                        "extra.safe_prompt: only the operator of the gateway may set this field; remove it from the request.");
        refused(gateway, Map.of("safe_prompt", true));
        refused(gateway, Map.of("service_tier", "flex"));
        refused(gateway, Map.of("Service_Tier", "flex")); // some servers ignore the case of names
        refused(gateway, Map.of("SAFE_PROMPT", false));
        assertThat(main.count() + spare.count()).isZero();
    }

    @Test
    void onlyAllowedFieldsAreAcceptedIfThereIsAList() {
        Gateway gateway = Gateway.builder()
                .backend("main", main, policy(GUARDED.withAllowed(List.of("top_k", "min_p", "service_tier"))))
                .build();

        assertThat(refused(gateway, Map.of("logit_bias", Map.of())))
                .hasMessage("extra.logit_bias: the operator of the gateway does not allow this field; allowed"
                        + " are min_p, service_tier, top_k.");
        refused(gateway, Map.of("service_tier", "flex")); // a locked field remains refused
        refused(gateway, Map.of("safe_prompt", false));
        Recorder.of(gateway.stream(with(Map.of("top_k", 5)))).cancel();
        assertThat(main.count()).isOne();

        Gateway closed = Gateway.builder()
                .backend("main", main, policy(ExtraPolicy.open().withAllowed(List.of())))
                .build();
        assertThat(refused(closed, Map.of("x\n", 1)))
                .hasMessage("extra.x?: the operator of the gateway does not allow this field.");
    }

    @Test
    void aFallbackGetsItsOwnSetFields() {
        Gateway gateway = Gateway.builder()
                .backend("main", main)
                .backend("spare", spare, policy(GUARDED))
                .fallbacks("main", List.of("spare"))
                .build();
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(with(Map.of("service_tier", "flex"))));

        main.only().fails(new LlmException(Kind.SERVER, "down"));

        assertThat(main.only().request.extra()).isEqualTo(Map.of("service_tier", "flex"));
        assertThat(spare.only().request.extra()).isEqualTo(Map.of("safe_prompt", true));
        stream.cancel();
    }

    /** Otherwise the random choice would decide whether the request is accepted. */
    @Test
    void aGroupAppliesThePoliciesOfAllMembers() {
        Gateway gateway = Gateway.builder()
                .backend("main", main)
                .backend("spare", spare, policy(GUARDED))
                .group("pool", new TreeMap<>(Map.of("main", 1, "spare", 1)))
                .defaultBackend("pool")
                .random(() -> 0)
                .build();

        refused(gateway, Map.of("safe_prompt", false));
        assertThat(main.count()).isZero();
    }

    private static CompletionRequest typed() {
        return CompletionRequest.builder()
                .user("Hello")
                .temperature(0.7)
                .topP(0.5)
                .maxTokens(10)
                .stop("x")
                .seed(1L)
                .presencePenalty(0.1)
                .frequencyPenalty(0.2)
                .reasoningEffort("low")
                .parallelToolCalls(true)
                .responseFormat(ResponseFormat.jsonObject())
                .toolChoice(ToolChoice.NONE)
                .requestMetadata(Map.of("team", "a"))
                .build();
    }

    /** Otherwise a provider refuses the request, because an extra field and a property set the same value. */
    @ParameterizedTest
    @EnumSource(TypedField.class)
    void aSetFieldReplacesThePropertyOfTheRequest(TypedField field) {
        Map<String, Object> set = Map.of(field.wireName(), "operator's");
        Gateway gateway = Gateway.builder()
                .backend("main", main, policy(ExtraPolicy.open().withSet(set)))
                .build();

        Recorder.of(gateway.stream(typed())).cancel();

        CompletionRequest sent = main.only().request;
        assertThat(sent.extra()).isEqualTo(set);
        for (TypedField other : TypedField.values()) {
            assertThat(other.isIn(sent)).as(other.name()).isEqualTo(other != field);
        }
    }

    @Test
    void otherNamesOfAFieldAreRecognized() {
        Gateway gateway = Gateway.builder()
                .backend(
                        "main",
                        main,
                        policy(ExtraPolicy.open()
                                .withSet(Map.of(
                                        "inferenceConfig",
                                        Map.of("maxTokens", 5, "stopSequences", List.of("y")),
                                        "Temperature",
                                        0))))
                .build();

        Recorder.of(gateway.stream(typed())).cancel();

        CompletionRequest sent = main.only().request;
        assertThat(TypedField.MAX_TOKENS.isIn(sent)).isFalse();
        assertThat(TypedField.STOP.isIn(sent)).isFalse();
        assertThat(TypedField.TEMPERATURE.isIn(sent)).isFalse();
        refused(gateway, Map.of("max_completion_tokens", 5));
        refused(gateway, Map.of("inference_config", Map.of("temperature", 1)));
    }

    @ParameterizedTest
    @EnumSource(TypedField.class)
    void aLockedFieldIsRefusedAsAProperty(TypedField field) {
        Gateway gateway = Gateway.builder()
                .backend("main", main, policy(ExtraPolicy.open().withLocked(List.of(field.wireName()))))
                .build();

        LlmException failure = Recorder.of(gateway.stream(typed())).awaitFailure(LlmException.class);

        assertThat(failure)
                .hasMessage(field.wireName()
                        + ": only the operator of the gateway may set this field; remove it from the request.");
        assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
        assertThat(failure.refusedBeforeSending()).isTrue();
        Recorder.of(gateway.stream(CompletionRequest.of("Hello"))).cancel();
        assertThat(main.count()).isOne();
    }

    @Test
    void aFallbackDoesNotGetItsLockedFields() {
        Gateway gateway = Gateway.builder()
                .backend("main", main)
                .backend("spare", spare, policy(ExtraPolicy.open().withLocked(List.of("temperature"))))
                .fallbacks("main", List.of("spare"))
                .build();
        Recorder<StreamEvent> stream = Recorder.of(gateway.stream(typed()));

        main.only().fails(new LlmException(Kind.SERVER, "down"));

        assertThat(main.only().request.temperature()).hasValue(0.7);
        assertThat(spare.only().request.temperature()).isEmpty();
        assertThat(spare.only().request.topP()).hasValue(0.5);
        stream.cancel();
    }

    @Test
    void aFieldOfEachRequestCannotBeSet() {
        for (String field : List.of("messages", "model", "system", "stream", "n", "Model")) {
            assertThatThrownBy(() -> ExtraPolicy.open().withSet(Map.of(field, 1)))
                    .isInstanceOfSatisfying(
                            LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION))
                    .hasMessage(
                            "extra: '" + field + "' is a field of each request and cannot be set for all requests.");
        }
        assertThatThrownBy(() -> ExtraPolicy.open().withSet(Map.of("a", new Object())))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.CONFIGURATION));
    }

    @Test
    void toStringDoesNotShowValues() {
        assertThat(GUARDED.withSet(Map.of("token", "sk-secret")).withAllowed(List.of("b", "a")))
                .hasToString("ExtraPolicy[set=[token], locked=[service_tier], allowed=[a, b]]");
    }
}
