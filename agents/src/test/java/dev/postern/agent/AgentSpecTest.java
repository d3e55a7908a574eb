package dev.postern.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AgentSpecTest {
    private static final String FULL = """
            {"name":"helper","description":"helps","model":"m","system_prompt":"Be brief. é\\u2028","primitives":{\
            "memory":{"enabled":true,"tools":["remember","recall"],"namespace":"team:{agent_name}",\
            "shared_namespaces":["all"],"options":{"a":1}},\
            "browser":{"enabled":false,"tools":null,"namespace":null,"shared_namespaces":null,"options":{}},\
            "agents":{"enabled":true,"tools":["coder"],"namespace":null,"shared_namespaces":null,"options":{}}},\
            "hooks":{"auto_memory":false,"auto_trace":false},"provider_overrides":{"llm":"local","memory":"mem0"},\
            "max_turns":7,"temperature":0.25,"max_tokens":99,"owner_id":"jo","shared_with":["*"],\
            "checkpointing_enabled":true}""";

    private static AgentSpec read(String json) {
        return AgentSpecReader.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private static String write(AgentSpec spec) {
        return new String(AgentSpecWriter.write(spec), StandardCharsets.UTF_8);
    }

    @Test
    void theDefaultsMatchThePythonGateway() {
        assertThat(write(read("{\"name\":\"a\"}"))).isEqualTo("""
                {"name":"a","description":"","model":"","system_prompt":"You are a helpful assistant.","primitives":{},\
                "hooks":{"auto_memory":true,"auto_trace":true},"provider_overrides":{},"max_turns":20,"temperature":1.0,\
                "max_tokens":null,"owner_id":"system","shared_with":[],"checkpointing_enabled":false}""");
        assertThat(read("{\"name\":\"a\"}"))
                .isEqualTo(AgentSpec.builder("a").build())
                .isNotEqualTo(AgentSpec.builder("b").build());
    }

    @Test
    void aSpecSurvivesReadingAndWriting() {
        AgentSpec spec = read(FULL);

        assertThat(write(spec)).isEqualTo(write(read(write(spec)))).isEqualTo(FULL.replace("\\u2028", "\u2028"));
        assertThat(spec.toBuilder().build()).isEqualTo(spec).hasSameHashCodeAs(spec);
        assertThat(spec.id()).isEqualTo("jo:helper");
        assertThat(spec.primitives().get("memory").tools()).contains(List.of("remember", "recall"));
        assertThat(spec.primitive("browser")).isEmpty();
        assertThat(spec.primitive("agents")).isPresent();
        assertThat(spec.toString()).isEqualTo("AgentSpec[jo:helper]").doesNotContain("brief");
    }

    @Test
    void aListOfSpecsSurvivesWritingAndReading() {
        List<AgentSpec> specs = List.of(read(FULL), read("{\"name\":\"a\"}"));

        assertThat(AgentSpecReader.readAll(AgentSpecWriter.write(specs))).isEqualTo(specs);
        assertThatThrownBy(() -> AgentSpecReader.readAll(
                        "{\"agents\":[{\"name\":\"a\"},{\"name\":7}]}".getBytes(StandardCharsets.UTF_8)))
                .hasMessageStartingWith("agents[1].name: must be");
    }

    @Test
    void theLimitOfRepeatedCallsIsWrittenIfItIsSet() {
        AgentSpec spec = read("{\"name\":\"a\",\"max_repeated_calls\":0}");

        assertThat(spec.maxRepeatedCalls()).hasValue(0);
        assertThat(read(write(spec))).isEqualTo(spec);
        assertThat(write(spec)).contains("\"max_turns\":20,\"max_repeated_calls\":0,");
        assertThat(spec.toBuilder().build()).isEqualTo(spec);
        assertThat(spec.toBuilder().maxRepeatedCalls(null).build().maxRepeatedCalls())
                .isEmpty();
    }

    @Test
    void aPrimitiveIsEnabledByDefaultAndUnknownFieldsAreIgnored() {
        AgentSpec spec = read("""
                {"name":"a","primitives":{"memory":{},"tools":null,"agents":{"enabled":null}},"hooks":null,
                 "provider_overrides":null,"max_turns":null,"max_tokens":null,"version":3}""");

        assertThat(spec.primitive("memory")).contains(AgentPrimitive.ON);
        assertThat(spec.primitive("tools")).contains(AgentPrimitive.ON);
        assertThat(spec.primitive("agents")).contains(AgentPrimitive.ON);
        assertThat(spec.maxTurns()).isEqualTo(20);
        assertThat(spec.autoMemory()).isTrue();
    }

    @Test
    void aNullTemperatureMeansNone() {
        AgentSpec none = read("{\"name\":\"a\",\"temperature\":null}");

        assertThat(none.temperature()).isEmpty();
        assertThat(write(none)).contains("\"temperature\":null");
        assertThat(read(write(none))).isEqualTo(none);
    }

    @Test
    void anUpdateChangesOnlyTheFieldsItNames() {
        AgentSpec changed = AgentSpecReader.update(
                read(FULL),
                "{\"name\":\"other\",\"owner_id\":\"eve\",\"model\":\"n\",\"hooks\":{\"auto_trace\":true},\"max_turns\":null}"
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(changed)
                .isEqualTo(read(FULL).toBuilder().model("n").autoTrace(true).build());
        assertThat(AgentSpecReader.update(read(FULL), "{\"primitives\":{}}".getBytes(StandardCharsets.UTF_8))
                        .primitives())
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"model":"m"} | name
            {"name":7} | name
            {"name":""} | name
            {"name":"a b"} | name
            {"name":"a","owner_id":""} | owner_id
            {"name":"a","model":7} | model
            {"name":"a","system_prompt":[]} | system_prompt
            {"name":"a","system_prompt":"\\u0000"} | system_prompt
            {"name":"a","primitives":[]} | primitives
            {"name":"a","primitives":{"memory":true}} | primitives.memory
            {"name":"a","primitives":{"memory":{"enabled":"yes"}}} | primitives.memory.enabled
            {"name":"a","primitives":{"agents":{"tools":[1]}}} | primitives.agents.tools[0]
            {"name":"a","hooks":{"auto_memory":1}} | hooks.auto_memory
            {"name":"a","provider_overrides":{"llm":1}} | provider_overrides.llm
            {"name":"a","max_turns":0} | max_turns
            {"name":"a","max_turns":1e12} | max_turns
            {"name":"a","max_turns":1.5} | max_turns
            {"name":"a","max_repeated_calls":1} | max_repeated_calls
            {"name":"a","max_repeated_calls":-2} | max_repeated_calls
            {"name":"a","temperature":-1} | temperature
            {"name":"a","temperature":"warm"} | temperature
            {"name":"a","max_tokens":0} | max_tokens
            {"name":"a","shared_with":"*"} | shared_with
            """)
    void anErrorHasThePathOfTheInvalidValue(String json, String path) {
        assertThatThrownBy(() -> read(json.strip()))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INVALID_REQUEST))
                .hasMessageStartingWith(path.strip() + ": ")
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "[]", "7", "{", "null"})
    void aValueThatIsNotAnObjectIsRefused(String json) {
        assertThatThrownBy(() -> read(json)).hasMessageStartingWith("body: ");
    }

    @Test
    void theBuilderRefusesTheSameValues() {
        AgentSpec spec = AgentSpec.builder("helper")
                .owner("jo")
                .description("helps")
                .model("m")
                .systemPrompt("Be brief. é\u2028")
                .primitive(
                        "memory",
                        new AgentPrimitive(
                                true,
                                java.util.Optional.of(List.of("remember", "recall")),
                                "team:{agent_name}",
                                Map.of("shared_namespaces", List.of("all"), "options", Map.of("a", 1))))
                .primitive("browser", AgentPrimitive.ON.disabled())
                .primitive("agents", AgentPrimitive.of("coder"))
                .autoMemory(false)
                .autoTrace(false)
                .providerOverrides(Map.of("llm", "other"))
                .backend("local")
                .maxTurns(7)
                .temperature(0.25)
                .maxTokens(99)
                .extra("shared_with", List.of("*"))
                .extra("checkpointing_enabled", true)
                .build();

        assertThat(write(spec))
                .isEqualTo(FULL.replace(",\"memory\":\"mem0\"", "").replace("\\u2028", "\u2028"));
    }
}
