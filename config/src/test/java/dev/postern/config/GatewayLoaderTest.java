package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.agent.AgentSpec;
import dev.postern.call.CallListener;
import dev.postern.call.Instrumentation;
import dev.postern.config.RecordingFactory.Recorded;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.project.CapturedLog;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GatewayLoaderTest {
    private static final String TYPE = RecordingFactory.class.getName();
    private static final String TWO = """
            providers:
              llm:
                default: main
                backends:
                  main: {backend: %1$s, config: {text: one}}
                  spare: {backend: %1$s, config: {text: two}}
            """.formatted(TYPE);

    private final GatewayLoader loader = GatewayLoader.create().environment(Map.of("KEY", "sk-secret-key"));

    @TempDir
    Path folder;

    @BeforeEach
    void clear() {
        RecordingFactory.MADE.clear();
    }

    private static String ask(Gateway gateway, String backend) {
        return gateway.completions(CompletionRequest.builder()
                        .backend(backend)
                        .model("m")
                        .user("hi")
                        .build())
                .content();
    }

    private static Recorded made(int index) {
        return RecordingFactory.MADE.get(index);
    }

    @Test
    void aFileWithSeveralBackends() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), TWO);

        try (RunningGateway running = loader.load(file)) {
            assertThat(running.gateway().backends()).containsExactly("main", "spare");
            assertThat(running.gateway().defaultBackend()).isEqualTo("main");
            assertThat(ask(running.gateway(), "")).isEqualTo("main says one");
            assertThat(ask(running.gateway(), "spare")).isEqualTo("spare says two");
        }
        assertThat(RecordingFactory.MADE).hasSize(2).allMatch(backend -> backend.closed);
    }

    @Test
    void theShortFormHasOneBackendNamedDefault() {
        try (RunningGateway running =
                loader.parse("providers: {llm: {backend: %s, config: {text: x}}}".formatted(TYPE))) {
            assertThat(running.gateway().backends()).containsExactly("default");
            assertThat(ask(running.gateway(), "")).isEqualTo("default says x");
        }
    }

    @Test
    void theOnlyBackendIsTheDefault() {
        try (RunningGateway running = loader.parse("providers: {llm: {backends: {main: {backend: noop}}}}")) {
            assertThat(running.gateway().defaultBackend()).isEqualTo("main");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gateway.json", "gateway", "gateway.txt"})
    void jsonIsRecognisedByItsNameOrItsBrace(String name) {
        String text = """
                 {"providers": {"llm": {"backends": {"main": {"backend": "%s", "config": {"count": 7, "text": "\\u00e9"}}}}}}
                """.formatted(TYPE);

        loader.parse("\uFEFF" + text, name).close();

        assertThat(made(0).count).isEqualTo(7);
        assertThat(made(0).text).isEqualTo("é");
    }

    @Test
    void aFileNamedYamlCanBeginWithABrace() {
        loader.parse("{providers: {llm: {backend: noop}}}", "gateway.yml").close();
    }

    @Test
    void otherSectionsOfAPythonGatewaysFileAreSkipped() {
        String text = """
                # all primitives, of which this gateway has one
                providers:
                  memory:
                    default: mem
                    backends:
                      mem: {backend: some.Memory, config: {url: "http://${MILVUS_HOST:=localhost}:${NEVER_SET}"}}
                  identity: {backend: some.Identity}
                  observability: {backend: some.Observability}
                  code_interpreter: {backend: some.Interpreter}
                  browser: {backend: some.Browser}
                  policy: {backend: some.Policy}
                  evaluations: {backend: some.Evaluations}
                  tasks: {backend: some.Tasks}
                  tools: {backend: some.Tools}
                  knowledge: {backend: some.Knowledge}
                  gateway: {backend: some.Gateway}
                  llm:
                    default: "noop"
                    backends:
                      noop:
                        backend: "agentic_primitives_gateway.primitives.llm.noop.NoopLLMProvider"
                        config: {}
                host: 0.0.0.0
                port: 8000
                log_level: info
                cors_origins: ["*"]
                allow_server_credentials: fallback
                logging: {format: json}
                audit: {enabled: true, sinks: []}
                auth: {backend: jwt, jwt: {issuer: "${ISSUER}"}}
                credentials: {resolver: oidc}
                enforcement: {backend: some.Enforcer, seed_policies: [{policy_body: 'permit(principal);'}]}
                governance: {require_admin_approval_for_deploy: false}
                agents: {specs: {helper: {model: m, system_prompt: "costs ${NOTHING:-nothing}"}}}
                teams: {specs: {}}
                seed: []
                sessions: {}
                redis: {url: "redis://localhost"}
                server: {}
                """;

        try (RunningGateway running = loader.parse(text)) {
            assertThat(running.gateway().backends()).containsExactly("noop");
            assertThat(running.gateway()
                            .completions(CompletionRequest.builder()
                                    .model("m")
                                    .user("hi")
                                    .build()))
                    .satisfies(answer -> {
                        assertThat(answer.model()).isEqualTo("m");
                        assertThat(answer.content()).isEmpty();
                        assertThat(answer.usage()).isEmpty();
                    });
            assertThat(running.gateway().listModels()).isEmpty();
            assertThat(running.agents().list())
                    .extracting(AgentSpec::name, AgentSpec::systemPrompt)
                    .containsExactly(tuple("helper", "costs nothing"));
        }
    }

    @Test
    void anchorsAliasesAndMergeKeysAreResolved() {
        String text = """
                shared: &shared {text: shared, count: 3, headers: &headers {X-A: a}}
                more: &more {text: more, api_key: k}
                providers:
                  llm:
                    default: one
                    backends:
                      one: {backend: &type %s, config: *shared}
                      two: {backend: *type, config: {<<: *shared, text: own}}
                      three:
                        backend: *type
                        config:
                          <<: [*more, *shared]
                          headers: {<<: *headers, X-B: b}
                """.formatted(TYPE);

        loader.parse(text).close();

        assertThat(made(0).text).isEqualTo("shared");
        assertThat(made(1).text).isEqualTo("own");
        assertThat(made(1).count).isEqualTo(3);
        assertThat(made(2).text).isEqualTo("more");
        assertThat(made(2).key).isEqualTo("k");
        assertThat(made(2).headers).containsOnly(Map.entry("X-A", "a"), Map.entry("X-B", "b"));
    }

    @Test
    void onlyTheFirstDocumentIsRead() {
        loader.parse("---\nproviders: {llm: {backend: noop}}\n...\n---\nproviders: {llm: {backend: nothing}}\n")
                .close();
    }

    @Test
    void scalarsAreThoseOfTheCoreSchema() {
        String text = """
                providers:
                  llm:
                    backend: %s
                    config:
                      text: yes
                      api_key: ~
                      http: True
                      headers: {a: 2024-10-21, b: 1.10, c: 0123, d: 12345678901234567890, e: '5', f: 1e3, g: Null}
                """.formatted(TYPE);

        loader.parse(text).close();

        assertThat(made(0).text).isEqualTo("yes");
        assertThat(made(0).key).isEmpty();
        assertThat(made(0).client).isNotNull();
        assertThat(made(0).headers)
                .containsEntry("a", "2024-10-21")
                .containsEntry("b", "1.10")
                .containsEntry("c", "0123")
                .containsEntry("d", "12345678901234567890")
                .containsEntry("e", "5")
                .containsEntry("g", "");
    }

    @Test
    void allBackendsShareOneClientThatIsClosedWithTheGateway() {
        RunningGateway running = loader.parse("""
                providers:
                  llm:
                    default: a
                    backends:
                      a: {backend: %1$s, config: {http: true}}
                      b: {backend: %1$s, config: {http: "true"}}
                """.formatted(TYPE));

        assertThat(made(0).client).isNotNull().isSameAs(made(1).client);
        running.close();
        assertThat(made(0).closed).isTrue();
        assertThatThrownBy(made(0).context::httpClient)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The HTTP client is closed.");
    }

    @Test
    void aReloadUsesANewClientAndClosesTheOldOne() {
        String http = TWO.replace("{text:", "{http: true, text:");
        try (RunningGateway running = loader.parse(http)) {
            loader.reload(running, http, "");

            assertThat(made(2).client).isNotNull().isNotSameAs(made(0).client);
            assertThat(made(2).context.httpClient()).isSameAs(made(3).client);
            assertThatThrownBy(made(0).context::httpClient).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void limitsRoutesAndTimesReachTheGateway() {
        String text = """
                providers:
                  llm:
                    default: pool
                    backends:
                      main:
                        backend: %1$s
                        config:
                          default_model: big
                          model_aliases: {fast: small}
                          concurrency: 8
                          max_queue: 5
                          requests_per_minute: 600
                          requests_burst: 20
                          cooldown: {after: 3, for: 30s}
                      spare: {backend: %1$s, config: {concurrency: "${PLACES:-2}", model_aliases: {fast: tiny}}}
                    groups: {pool: {main: 3, spare: 1}, list: [main, spare], one: main}
                    fallbacks: {main: [spare], pool: main}
                    context_length_fallbacks: {main: [spare]}
                    content_filter_fallbacks: {spare: [main]}
                    total_timeout: 2m
                """.formatted(TYPE);

        try (RunningGateway running = loader.parse(text)) {
            assertThat(running.gateway().backends()).containsExactly("main", "spare", "pool", "list", "one");
            assertThat(running.gateway().defaultBackend()).isEqualTo("pool");
            CompletionRequest fast = CompletionRequest.builder()
                    .backend("main")
                    .model("fast")
                    .user("hi")
                    .build();
            assertThat(running.gateway().completions(fast).model()).isEqualTo("small");
        }
    }

    @Test
    void fallbacksCanNameTheKindsOfFailure() {
        String text = TWO + "    fallbacks: {main: {to: %s, on: %s}}\n";

        try (RunningGateway running = loader.parse(text.formatted("spare", "[quota, server]"))) {
            assertThat(running.gateway().backends()).containsExactly("main", "spare");
        }
        loader.parse(text.formatted("[spare]", "quota")).close();
        loader.parse(TWO + "    fallbacks: {main: {to: spare}}\n").close();
        refused(
                text.formatted("spare", "[quota, sever]"),
                "fallbacks.main.on[1]: is not a known name. Did you mean 'server'?");
        refused(text.formatted("spare", "cancelled"), "fallbacks.main.on: is not a known name.");
        refused(text.formatted("spare", "[]"), "fallbacks.main.on: names no kind of failure");
        refused(text.formatted("main", "quota"), "fallbacks.main.to: cannot be a fallback of itself");
        refused(TWO + "    fallbacks: {main: {on: quota}}\n", "fallbacks.main.to: is missing");
        refused(TWO + "    fallbacks: {main: {to: spare, after: quota}}\n", "fallbacks.main.after: is not a known key");
    }

    private void refused(String text, String why) {
        assertThatThrownBy(() -> loader.parse(text))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("providers.llm." + why);
    }

    @Test
    void membersOfAGroupNeedTheSameAliases() {
        String text = """
                providers:
                  llm:
                    default: pool
                    backends:
                      main: {backend: %1$s, config: {model_aliases: {fast: small, big: huge}}}
                      spare:
                        backend: %1$s
                        config:
                          model_aliases: {big: large}
                      other: {backend: %1$s}
                    groups: {pool: [main, spare]}
                """.formatted(TYPE);

        assertThatThrownBy(() -> loader.parse(text))
                .isInstanceOf(LlmException.class)
                .hasMessage("line 9: providers.llm.backends.spare.config.model_aliases: has no 'fast', but 'main' of"
                        + " the same group 'pool' has");
        assertThat(RecordingFactory.MADE).allMatch(backend -> backend.closed);
    }

    @Test
    void anApplicationCanHaveASectionOfItsOwn() {
        List<String> heard = new ArrayList<>();
        loader.section("server", section -> {
            String name = section.text("name", "nobody");
            heard.add("read " + name);
            return () -> heard.add("took " + name);
        });

        loader.parse(TWO + "server: {name: $KEY}\n").close();
        loader.parse(TWO).close();
        assertThat(heard).containsExactly("read sk-secret-key", "took sk-secret-key", "read nobody", "took nobody");

        heard.clear();
        assertThatThrownBy(() -> loader.parse(TWO + "server: {nam: it}\n"))
                .isInstanceOf(LlmException.class)
                .hasMessage("line 7: server.nam: is not a known key. Did you mean 'name'?");
        assertThatThrownBy(() -> loader.parse(TWO + "server: [a]\n")).hasMessageContaining("server: must be a section");
        assertThatThrownBy(() -> loader.parse(TWO + "      third: {backend: nonesuch}\nserver: {name: it}\n"))
                .isInstanceOf(LlmException.class);
        assertThat(heard).doesNotContain("took it");
        assertThatThrownBy(() -> loader.section("agents", section -> () -> {}))
                .isInstanceOf(LlmException.class)
                .hasMessage("The section 'agents' is taken; choose another name.");
    }

    @Test
    void aSectionThatCannotTakeEffectClosesANewGatewayButNoReloadedOne() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), TWO);
        List<String> failures = new ArrayList<>();
        loader.section("server", section -> () -> {
            if (!failures.isEmpty()) {
                throw new IllegalStateException(failures.get(0));
            }
        });
        try (RunningGateway running = loader.load(file)) {
            failures.add("the port is in use");

            assertThatThrownBy(() -> loader.load(file)).hasMessage("the port is in use");
            assertThat(made(2).closed).isTrue();
            assertThat(made(3).closed).isTrue();

            Files.writeString(file, TWO.replace("text: one", "text: changed"));
            assertThatThrownBy(() -> loader.reload(running, file)).hasMessage("the port is in use");
            assertThat(ask(running.gateway(), "")).isEqualTo("main says changed");
        }
    }

    @Test
    void extraFieldsAreSetLockedAndAllowed() {
        String text = """
                providers:
                  llm:
                    backend: %s
                    config:
                      extra:
                        set: {safe: true, tier: "${KEY}", ids: [1, {a: null}]}
                        locked: service_tier
                        allowed: [top_k]
                """.formatted(TYPE);
        CompletionRequest hello = CompletionRequest.of("hi");

        try (RunningGateway running = loader.parse(text)) {
            running.gateway()
                    .completions(hello.toBuilder().extra(Map.of("top_k", 2)).build());
            assertThat(made(0).last().extra().toString())
                    .isEqualTo("{safe=true, tier=sk-secret-key, ids=[1, {a=null}], top_k=2}");
            for (String field : List.of("safe", "service_tier", "min_p")) {
                assertThatThrownBy(() -> running.gateway()
                                .completions(hello.toBuilder()
                                        .extra(Map.of(field, 1))
                                        .build()))
                        .isInstanceOf(LlmException.class)
                        .hasMessageStartingWith("extra." + field + ": ");
            }
        }
        assertThatThrownBy(() -> loader.parse(text.replace("safe:", "model:")))
                .isInstanceOf(LlmException.class)
                .hasMessageStartingWith(
                        "line 6: providers.llm.config.extra.set: extra: 'model' is a field of each request");
        assertThatThrownBy(() -> loader.parse(text.replace("locked:", "lock:")))
                .hasMessageContaining("extra.lock: is not a known key");
    }

    @Test
    void aBurstNeedsARate() {
        assertThatThrownBy(() ->
                        loader.parse("providers: {llm: {backend: %s, config: {requests_burst: 5}}}".formatted(TYPE)))
                .isInstanceOf(LlmException.class)
                .hasMessage("line 1: providers.llm.config.requests_burst: needs 'requests_per_minute' as well");
    }

    @Test
    void listenersReceiveTheCalls() {
        List<String> heard = new ArrayList<>();
        loader.instrumentation(Instrumentation.builder()
                .listener(call -> {
                    heard.add("asked");
                    return CallListener.CallWatch.NONE;
                })
                .build());

        try (RunningGateway running = loader.parse(TWO)) {
            ask(running.gateway(), "");
        }
        assertThat(heard).containsExactly("asked");
    }

    @Test
    void backendsAreClosedIfALaterOneFails() {
        String text = TWO + "      third: {backend: noop, config: {nonsense: 1}}\n";

        assertThatThrownBy(() -> loader.parse(text))
                .hasMessage("line 7: providers.llm.backends.third.config.nonsense: is not a known key."
                        + " Known are default_model, concurrency, requests_per_minute, cooldown, requests_burst,"
                        + " model_aliases, max_queue, extra.");
        assertThat(RecordingFactory.MADE).hasSize(2).allMatch(backend -> backend.closed);
    }

    @Test
    void theErrorNamesAFailedFactoryAndDropsItsMessage() {
        String text = "providers: {llm: {backend: %s, config: {fails: true, api_key: $KEY}}}".formatted(TYPE);

        assertThatThrownBy(() -> loader.parse(text))
                .isInstanceOf(LlmException.class)
                .hasMessage("line 1: providers.llm.backend: the factory " + TYPE
                        + " failed with java.lang.IllegalStateException")
                .hasNoCause();
    }

    @Test
    void secretsAreNotPrinted() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
                providers:
                  llm: {backend: %s, config: {api_key: "${KEY}", headers: {Authorization: Bearer $KEY}}}
                """.formatted(TYPE));

        try (RunningGateway running = loader.load(file)) {
            assertThat(made(0).key).isEqualTo("sk-secret-key");
            assertThat(running.gateway().toString()).doesNotContain("sk-secret");
            assertThat(running.toString()).doesNotContain("sk-secret");
            assertThat(loader.toString()).doesNotContain("sk-secret");
        }
    }

    @Test
    void aTextCanReplaceWhatATextDescribed() {
        String text = "providers: {llm: {backend: %s, config: {text: %s}}}";
        try (RunningGateway running = loader.parse(text.formatted(TYPE, "old"))) {
            loader.reload(running, text.formatted(TYPE, "new"), "new.yaml");
            assertThat(ask(running.gateway(), "")).isEqualTo("default says new");

            assertThatThrownBy(() -> loader.reload(running, text.formatted("nonesuch", "x"), "wrong.yaml"))
                    .hasMessageStartingWith("wrong.yaml:1: ");
            assertThat(ask(running.gateway(), "")).isEqualTo("default says new");
        }
    }

    @Test
    void reloadReplacesTheBackendsAndClosesTheOldOnes() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), TWO);
        try (RunningGateway running = loader.load(file)) {
            Files.writeString(file, TWO.replace("text: one", "text: changed"));

            loader.reload(running, file);

            assertThat(ask(running.gateway(), "")).isEqualTo("main says changed");
            assertThat(made(0).closed).isTrue();
            assertThat(made(2).closed).isFalse();
        }
    }

    @Test
    void anErrorOfAnOldBackendThatClosesDoesNotCloseTheNewOnes() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), TWO);
        try (RunningGateway running = loader.load(file);
                CapturedLog log = CapturedLog.of("dev.postern.gateway")) {
            made(0).closeError = new NoClassDefFoundError("com/example/Gone");

            loader.reload(running, file);

            assertThat(made(1).closed).isTrue();
            assertThat(made(2).closed).isFalse();
            assertThat(made(3).closed).isFalse();
            assertThat(log.records(Level.WARNING)).hasSize(1);
        }
    }

    @Test
    void anErrorOfABackendThatClosesDoesNotReplaceTheFailureOfTheLoad() {
        loader.agents(builder -> {
            made(0).closeError = new NoClassDefFoundError("com/example/Gone");
            throw new IllegalStateException("there are no tools");
        });

        assertThatThrownBy(() -> loader.parse(TWO)).hasMessage("there are no tools");
        assertThat(RecordingFactory.MADE).hasSize(2).allMatch(backend -> backend.closed);
    }

    @Test
    void aFailedReloadChangesNothing() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), TWO);
        try (RunningGateway running = loader.load(file)) {
            Files.writeString(file, TWO + "    fallbakcs: {}\n");

            assertThatThrownBy(() -> loader.reload(running, file))
                    .hasMessageEndingWith(":7: providers.llm.fallbakcs: is not a known key. Did you mean 'fallbacks'?");

            assertThat(ask(running.gateway(), "")).isEqualTo("main says one");
            assertThat(made(0).closed).isFalse();
            assertThat(made(2).closed).isTrue();
        }
    }

    @Test
    void aReloadOfAClosedGatewayClosesTheNewBackends() throws Exception {
        Path file = Files.writeString(folder.resolve("gateway.yaml"), TWO);
        RunningGateway running = loader.load(file);
        running.close();

        assertThatThrownBy(() -> loader.reload(running, file)).hasMessageContaining("closed");
        assertThat(RecordingFactory.MADE).hasSize(4).allMatch(backend -> backend.closed);
    }

    @Test
    void aMissingFileAndAFolderAreRefused() {
        Path missing = folder.resolve("none.yaml");

        assertThatThrownBy(() -> loader.load(missing)).hasMessage(missing + ": there is no such file");
        assertThatThrownBy(() -> loader.load(folder)).hasMessageStartingWith(folder + ": cannot be read");
    }

    @Test
    void aTextLongerThanOneMebibyteIsRefused() throws Exception {
        String text = "#" + " ".repeat(1 << 20) + "\n" + TWO;
        Path file = Files.writeString(folder.resolve("gateway.yaml"), text);

        assertThatThrownBy(() -> loader.load(file)).hasMessageContaining("1 MiB");
        assertThatThrownBy(() -> loader.parse(text)).hasMessageContaining("1 MiB");
        assertThatThrownBy(() -> loader.parse(text, "g.yaml"))
                .hasMessage("g.yaml: is longer than 1 MiB, the limit of a configuration");
    }

    @Test
    void retriesCanBeANumberOrASection() {
        loader.parse("providers: {llm: {backend: %s, config: {retries: 5}}}".formatted(TYPE))
                .close();
        loader.parse("providers: {llm: {backend: %s, config: {retries: {max_delay: 90}}}}".formatted(TYPE))
                .close();

        assertThat(made(0).retries.maxAttempts()).isEqualTo(5);
        assertThat(made(1).retries.maxDelay()).isEqualTo(Duration.ofSeconds(90));
        assertThat(made(1).retries.maxAttempts()).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(strings = {"5520e12", "1E5", "0.0000001", "4.10", "1.0e2", "007", "0x10"})
    void textThatLooksLikeANumberIsKeptAsWritten(String text) {
        try (RunningGateway running =
                loader.parse("providers: {llm: {backend: %s, config: {text: %s}}}".formatted(TYPE, text))) {
            assertThat(ask(running.gateway(), "")).isEqualTo("default says " + text);
        }
    }
}
