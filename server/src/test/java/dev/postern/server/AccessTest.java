package dev.postern.server;

import static dev.postern.server.TestServer.COMPLETIONS;
import static dev.postern.server.TestServer.HELLO;
import static dev.postern.server.TestServer.STREAM;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.postern.LlmException;
import dev.postern.server.access.KeysCommand;
import dev.postern.server.http.Limits;
import dev.postern.testkit.ScriptedServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may use the server, over HTTP. */
@Timeout(120)
class AccessTest {
    private static final String ANSWER = "{\"choices\":[{\"message\":{\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
            + "\"model\":\"m\",\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":5}}";

    private static final String MODELS = "{\"data\":[{\"id\":\"m\"},{\"id\":\"other\"}]}";

    @TempDir
    private Path folder;

    private final List<String> secrets = new ArrayList<>();
    private final LogLines log = new LogLines();
    private final ScriptedServer backend = new ScriptedServer(exchange ->
            exchange.answer(200, "application/json", exchange.request().method().equals("GET") ? MODELS : ANSWER));
    private ScriptedServer issuer;
    private Path keys;
    private GatewayService service;

    @BeforeEach
    void start() {
        keys = folder.resolve("keys.yaml");
        command("create", "--name", "boss", "--admin");
    }

    @AfterEach
    void stop() {
        if (service != null) {
            service.close();
        }
        backend.close();
        if (issuer != null) {
            issuer.close();
        }
        log.close();
        for (String secret : secrets) {
            assertThat(log.lines()).noneMatch(line -> line.contains(secret));
        }
    }

    /** Runs a command on the file of keys; the new key, if there is one. */
    private String command(String... words) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status = new KeysCommand(InstantSource.system(), new SecureRandom())
                .run(
                        Stream.concat(Stream.of(words), Stream.of("--file", keys.toString()))
                                .toArray(String[]::new),
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        System.err);
        assertThat(status).isZero();
        String key = out.toString(StandardCharsets.UTF_8).strip().replaceAll("(?s).*\n", "");
        if (key.startsWith("postern_")) {
            secrets.add(key.split("_", 3)[2]); // may have a _ itself
        }
        return key;
    }

    private static String id(String key) {
        return key.split("_")[1];
    }

    private void serve(String server) throws IOException {
        serve(server, "127.0.0.1", false);
    }

    private void serve(String server, String host, boolean noKeys) throws IOException {
        String config = "{base_url: \"" + backend.uri() + "\", default_model: m}";
        Path file = Files.writeString(folder.resolve("gateway.yaml"), """
            providers:
              llm:
                default: main
                backends:
                  main: {backend: openai, config: %s}
                  other: {backend: openai, config: %s}
            agents: {specs: {helper: {model: m}}}
            """.formatted(config, config) + server);
        service = GatewayService.start(
                new Arguments(Optional.of(file), host, 0, Duration.ZERO, noKeys, false), Map.of(), Limits.defaults());
    }

    private String withKeys() {
        return "server: {keys: {file: \"" + keys + "\"}}\n";
    }

    private RawClient.Answer send(String method, String path, String body, String... headers) throws IOException {
        try (RawClient client = new RawClient(service.port())) {
            return client.request(method, path, body, headers).answer();
        }
    }

    private RawClient.Answer complete(String key, String... headers) throws IOException {
        return send(
                "POST",
                COMPLETIONS,
                HELLO,
                Stream.concat(Stream.of("Authorization: Bearer " + key), Stream.of(headers))
                        .toArray(String[]::new));
    }

    private static String kind(RawClient.Answer answer) {
        return String.valueOf(((Map<?, ?>) TestServer.field(answer, "error")).get("kind"));
    }

    /** Waits until a request has this status: the file of keys is read again every two seconds. */
    private void await(String key, int status) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (complete(key).status() != status) {
            assertThat(System.nanoTime()).as("no status " + status).isLessThan(end);
            Thread.sleep(50);
        }
    }

    @Test
    void eachClientBehindAProxyHasItsOwnLimit() throws Exception {
        serve("server: {trusted_proxies: [127.0.0.1], limits: {requests_per_client: 1}}\n", "127.0.0.1", true);
        String one = "X-Forwarded-For: 203.0.113.9, 192.0.2.1"; // the first address may be invented
        try (RawClient waiting = new RawClient(service.port())) {
            waiting.send("POST " + COMPLETIONS + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                    + "Content-Length: 100\r\n" + one + "\r\n\r\n{");
            RawClient.Answer refused;
            do { // until the head of the first request was read
                refused = send("POST", COMPLETIONS, HELLO, one);
            } while (refused.status() == 200);

            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.body()).contains("This address has reached its limit of 1 request at the same time");
            assertThat(send("POST", COMPLETIONS, HELLO, "X-Forwarded-For: 192.0.2.2")
                            .status())
                    .isEqualTo(200);
            assertThat(send("GET", "/healthz", "", one).status()).isEqualTo(200);
        }
        RawClient.Answer answer;
        do { // until the server has noticed that the first client left
            answer = send("POST", COMPLETIONS, HELLO, one);
        } while (answer.status() == 429);
        assertThat(answer.status()).isEqualTo(200);
    }

    @Test
    void proxiesAreAddresses() {
        assertThatThrownBy(() -> serve("server: {trusted_proxies: [10.0.0.0/33]}\n"))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("server.trusted_proxies: must be addresses such as 127.0.0.1");
    }

    @Test
    void withoutKeysThisMachineMayUseIt() throws IOException {
        serve("");

        assertThat(service.asksForKeys()).isFalse();
        assertThat(send("POST", COMPLETIONS, HELLO).status()).isEqualTo(200);
    }

    @Test
    void otherMachinesNeedKeys() throws IOException {
        assertThatThrownBy(() -> serve("", "0.0.0.0", false))
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("--no-keys");
        serve("", "0.0.0.0", true);
        assertThat(send("POST", COMPLETIONS, HELLO).status()).isEqualTo(200);
    }

    @Test
    void aRequestWithoutAValidKeyIsRefused() throws IOException {
        serve(withKeys());
        RawClient.Answer none = send("POST", COMPLETIONS, HELLO);
        RawClient.Answer wrong = complete("postern_abcdefghij_" + "x".repeat(43));
        RawClient.Answer stream = send("POST", STREAM, HELLO, "x-api-key: nothing");
        RawClient.Answer unknown = send("GET", "/unknown", "");

        assertThat(none.status()).isEqualTo(401);
        assertThat(none.header("WWW-Authenticate")).isEqualTo("Bearer realm=\"postern\"");
        assertThat(none.header("X-Request-Id")).isNotEmpty();
        assertThat(kind(none)).isEqualTo("authentication");
        assertThat(wrong.status()).isEqualTo(401);
        assertThat(wrong.header("WWW-Authenticate")).endsWith("error=\"invalid_token\"");
        assertThat(wrong.body()).doesNotContain("xxx");
        assertThat(stream.status()).isEqualTo(401);
        assertThat(unknown.status()).as("a path says nothing without a key").isEqualTo(401);
        assertThat(send("GET", "/healthz", "").status()).isEqualTo(200);
        assertThat(send("GET", "/readyz", "").status()).isEqualTo(200);
        assertThat(backend.requests().stream().filter(each -> each.method().equals("POST")))
                .isEmpty();
    }

    @Test
    void aKeyOpensWhatItAllows() throws IOException {
        String key = command("create", "--name", "ann", "--tenant", "acme", "--backends", "main", "--models", "m");
        String boss = command("create", "--name", "other boss", "--admin");
        serve(withKeys());

        assertThat(complete(key).status()).isEqualTo(200);
        assertThat(send("POST", COMPLETIONS, HELLO, "x-api-key: " + key).status())
                .isEqualTo(200);
        RawClient.Answer backendRefused = complete(key, "X-Provider-LLM: other");
        assertThat(backendRefused.status()).isEqualTo(403);
        assertThat(kind(backendRefused)).isEqualTo("permission");
        RawClient.Answer modelRefused = send(
                "POST",
                COMPLETIONS,
                HELLO.replace("{\"messages", "{\"model\":\"dear\",\"messages"),
                "Authorization: Bearer " + key);
        assertThat(modelRefused.status()).isEqualTo(403);
        assertThat(modelRefused.body()).contains("may not use the model 'dear'");
        RawClient.Answer models = send("GET", "/api/v1/llm/models", "", "Authorization: Bearer " + key);
        assertThat(models.body()).contains("\"m\"").doesNotContain("other");
        assertThat(send("GET", "/api/v1/llm/models", "", "x-api-key: " + key, "X-Provider-LLM: other")
                        .status())
                .isEqualTo(403);
        assertThat(send("DELETE", "/api/v1/agents/helper", "", "x-api-key: " + key)
                        .status())
                .isEqualTo(403);
        assertThat(send("PUT", "/api/v1/agents/helper", "{\"model\":\"dear\"}", "x-api-key: " + boss)
                        .status())
                .isEqualTo(200);
        // the agent is the operator's, but what it asks counts as the caller's
        RawClient.Answer chat = send("POST", "/api/v1/agents/helper/chat", "{\"message\":\"Hi\"}", "x-api-key: " + key);
        assertThat(chat.status()).isEqualTo(403);
        assertThat(log.lines())
                .anyMatch(line -> line.contains("POST /api/v1/llm/completions 200") && line.contains(" key=ann "))
                .anyMatch(line -> line.contains(" key=other_boss "));
    }

    @Test
    void limitsAreAnsweredWith429() throws IOException {
        String few = command("create", "--name", "few", "--requests-per-minute", "2");
        String tokens = command("create", "--name", "tokens", "--tokens-per-minute", "15");
        String day = command("create", "--name", "day", "--tokens-per-day", "5000");
        serve(withKeys());
        complete(few);
        complete(few);
        RawClient.Answer refused = complete(few);
        complete(tokens);
        RawClient.Answer tooManyTokens = complete(tokens);
        complete(day);
        RawClient.Answer spent = complete(day);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(Integer.parseInt(refused.header("Retry-After"))).isBetween(1, 62);
        assertThat(kind(refused)).isEqualTo("rate_limited");
        assertThat(tooManyTokens.status()).isEqualTo(429);
        assertThat(Integer.parseInt(tooManyTokens.header("Retry-After"))).isBetween(1, 62);
        assertThat(kind(tooManyTokens)).isEqualTo("rate_limited");
        assertThat(spent.status()).as("what is reserved is given back").isEqualTo(200);
    }

    @Test
    void keysChangeWithoutARestart() throws Exception {
        String old = command("create", "--name", "ann");
        serve(withKeys());
        assertThat(complete(old).status()).isEqualTo(200);

        String current = command("rotate", id(old), "--overlap", "1h");
        await(current, 200);
        assertThat(complete(old).status()).as("both work").isEqualTo(200);
        String last = command("rotate", id(old), "--overlap", "0");
        await(last, 200);
        await(current, 401);
        assertThat(complete(old).status()).isEqualTo(401);
        command("revoke", id(old));
        await(last, 401);
    }

    @Test
    void aTokenOfTheIssuerIsAKey() throws Exception {
        ECKey signing = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
        issuer = new ScriptedServer(exchange -> exchange.answer(
                200, "application/json", "{\"keys\":[" + signing.toPublicJWK().toJSONString() + "]}"));
        serve("""
            server:
              jwt:
                issuer: https://login.example.com
                audience: postern
                jwks_url: %s
                tenant_claim: tenant
                admin_role: boss
                limits: {requests_per_minute: 3}
            """.formatted(issuer.uri().resolve("/jwks.json")));
        String ann = token(signing, "ann", "user");
        String boss = token(signing, "bob", "boss");
        ECKey foreign = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();

        assertThat(complete(ann).status()).isEqualTo(200);
        assertThat(complete(token(foreign, "ann", "boss")).status()).isEqualTo(401);
        assertThat(send("DELETE", "/api/v1/agents/none", "", "Authorization: Bearer " + ann)
                        .status())
                .isEqualTo(403);
        assertThat(send("DELETE", "/api/v1/agents/none", "", "Authorization: Bearer " + boss)
                        .status())
                .isEqualTo(404);
        complete(ann);
        complete(ann);
        assertThat(complete(ann).status()).isEqualTo(429);
        assertThat(complete(boss).status()).as("each subject has its limits").isEqualTo(200);
        assertThat(issuer.requests()).hasSize(1);
        assertThat(log.lines()).anyMatch(line -> line.contains(" key=ann "));
    }

    private String token(ECKey key, String name, String role) throws Exception {
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer("https://login.example.com")
                .audience("postern")
                .subject(name)
                .claim("tenant", "acme")
                .claim("roles", List.of(role))
                .expirationTime(Date.from(Instant.now().plusSeconds(300)))
                .build();
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(key.getKeyID()).build(), claims);
        token.sign(new ECDSASigner(key));
        secrets.add(token.serialize());
        return token.serialize();
    }

    @Test
    void aListedPageMayAskAndSend() throws IOException {
        String key = command("create", "--name", "page");
        serve("server: {keys: {file: \"" + keys + "\"}, allowed_origins: [\"https://chat.example.com\"]}\n");
        RawClient.Answer asked = send(
                "OPTIONS",
                COMPLETIONS,
                "",
                "Origin: https://chat.example.com",
                "Access-Control-Request-Method: POST",
                "Access-Control-Request-Headers: authorization, content-type");
        RawClient.Answer sent = complete(key, "Origin: https://chat.example.com", "Sec-Fetch-Site: cross-site");
        RawClient.Answer refused = send("POST", COMPLETIONS, HELLO, "Origin: https://chat.example.com");
        RawClient.Answer other =
                send("OPTIONS", COMPLETIONS, "", "Origin: https://evil.example", "Access-Control-Request-Method: POST");

        assertThat(asked.status()).isEqualTo(204);
        assertThat(asked.header("Access-Control-Allow-Origin")).isEqualTo("https://chat.example.com");
        assertThat(asked.header("Access-Control-Allow-Headers")).isEqualTo("authorization, content-type");
        assertThat(sent.status()).isEqualTo(200);
        assertThat(sent.header("Access-Control-Allow-Origin")).isEqualTo("https://chat.example.com");
        assertThat(sent.header("Vary")).isEqualTo("Origin");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.header("Access-Control-Allow-Origin"))
                .as("a page can read why it was refused")
                .isEqualTo("https://chat.example.com");
        assertThat(other.status()).isEqualTo(401);
        assertThat(other.headers()).doesNotContainKey("access-control-allow-origin");
    }
}
