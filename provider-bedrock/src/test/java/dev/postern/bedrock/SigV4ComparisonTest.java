package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.http.HttpCall;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.identity.spi.AwsSessionCredentialsIdentity;

/** Compares signatures of random requests with those of AWS's own signer. */
class SigV4ComparisonTest {
    private static final int ROUNDS = 5_000;
    private static final String[] MODELS = {
        "us.anthropic.claude-sonnet-4-20250514-v1:0",
        "amazon.nova-pro-v1:0:300k",
        "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/a1b2c3d4e5f6",
        "arn:aws-cn:sagemaker:cn-north-1:123456789012:endpoint/my endpoint",
        "arn:aws:bedrock:eu-west-1::prompt/ABCDEFGHIJ:1",
        "modèle/日本語 🌍:v1",
        "100%/..%2F..",
        "a+b c&d=e?f#g",
        "!$'()*,;@~"
    };
    private static final String[] HOSTS = {
        "https://bedrock-runtime.us-east-1.amazonaws.com",
        "https://bedrock-runtime-fips.us-gov-west-1.api.aws",
        "https://vpce-0a1b2c.bedrock-runtime.eu-west-3.vpce.amazonaws.com:8443",
        "http://localhost:4010",
        "http://127.0.0.1:80",
        "https://gateway.example:443/base/path"
    };
    private static final String[] REGIONS = {"us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1", "mars-north-7"
    };
    private static final String CHARACTERS = "aZ09-._~!*'();:@&=$,/?#[] %\"<>\\^`{|}éß日🌍\u0001";
    private static final String VISIBLE = "abcXYZ019 \t  ,;:=\"'()/+-_.~!@#$%^&*[]{}|<>?";

    private final Random random = new Random(20260301);
    private final AwsV4HttpSigner aws = AwsV4HttpSigner.create();

    @Test
    void signsLikeTheSdk() {
        for (int round = 0; round < ROUNDS; round++) {
            HttpCall call = call();
            AwsCredentials credentials = credentials();
            Instant now =
                    Instant.ofEpochSecond(random.nextLong(946_684_800L, 4_102_444_800L), random.nextInt(999_999_999));
            String region = oneOf(REGIONS);

            Map<String, String> expected = expected(call, credentials, now, region);
            Map<String, String> headers = new LinkedHashMap<>(call.headers());
            if (expected.containsKey("x-amz-content-sha256")) {
                headers.put("X-Amz-Content-Sha256", expected.get("x-amz-content-sha256"));
            }
            HttpCall actual = new SigV4Signer("bedrock", region)
                    .sign(new HttpCall(call.method(), call.uri(), headers, call.body()), credentials, now);

            assertThat(actual.headers().get("Authorization"))
                    .as("round %d: %s %s %s", round, call.method(), call.uri(), call.headers())
                    .isEqualTo(expected.get("authorization"));
            assertThat(actual.headers().get("X-Amz-Date")).isEqualTo(expected.get("x-amz-date"));
            assertThat(actual.headers().getOrDefault("X-Amz-Security-Token", ""))
                    .isEqualTo(expected.getOrDefault("x-amz-security-token", ""));
        }
    }

    private Map<String, String> expected(HttpCall call, AwsCredentials credentials, Instant now, String region) {
        SdkHttpRequest.Builder request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.fromValue(call.method()))
                .uri(call.uri());
        call.headers().forEach(request::putHeader);
        AwsCredentialsIdentity identity = credentials.sessionToken().isEmpty()
                ? AwsCredentialsIdentity.create(credentials.accessKeyId(), credentials.secretAccessKey())
                : AwsSessionCredentialsIdentity.create(
                        credentials.accessKeyId(), credentials.secretAccessKey(), credentials.sessionToken());
        Map<String, String> headers = new LinkedHashMap<>();
        aws.sign(sign -> sign.identity(identity)
                        .request(request.build())
                        .payload(() -> new ByteArrayInputStream(call.body()))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "bedrock")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(HttpSigner.SIGNING_CLOCK, Clock.fixed(now, ZoneOffset.UTC)))
                .request()
                .forEachHeader((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.get(0)));
        return headers;
    }

    private HttpCall call() {
        boolean post = random.nextBoolean();
        String path = post
                ? "/model/" + PercentEncoding.encode(random.nextInt(4) == 0 ? text(30) : oneOf(MODELS)) + "/converse"
                        + (random.nextBoolean() ? "-stream" : "")
                : random.nextBoolean() ? "/foundation-models" : "/inference-profiles" + segments();
        byte[] body = new byte[post ? random.nextInt(2000) : 0];
        random.nextBytes(body);
        return new HttpCall(post ? "POST" : "GET", URI.create(oneOf(HOSTS) + path + query()), headers(), body);
    }

    /** A path with dots and double slashes that does not leave the root. */
    private String segments() {
        StringBuilder path = new StringBuilder();
        int depth = 1;
        for (int i = random.nextInt(6); i > 0; i--) {
            switch (random.nextInt(5)) {
                case 0 -> path.append("/.");
                case 1 -> path.append("/");
                case 2 -> {
                    if (depth > 0) {
                        depth--;
                        path.append("/..");
                    }
                }
                default -> {
                    depth++;
                    path.append('/').append(PercentEncoding.encode(text(8) + "x", "!$&'()*,;:@="));
                }
            }
        }
        return path.toString();
    }

    private String query() {
        StringBuilder query = new StringBuilder();
        for (int i = random.nextInt(5); i > 0; i--) {
            query.append(query.isEmpty() ? '?' : '&').append(PercentEncoding.encode("k" + text(6), "/:@!$'()*,;"));
            if (random.nextInt(5) > 0) {
                query.append('=').append(PercentEncoding.encode(text(12), "/:@!$'()*,;"));
            }
        }
        return query.toString();
    }

    private Map<String, String> headers() {
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put("Content-Type", "application/json");
        headers.put(random.nextBoolean() ? "Accept" : "accept", "application/vnd.amazon.eventstream");
        headers.put("User-Agent", "postern");
        for (int i = random.nextInt(4); i > 0; i--) {
            StringBuilder value = new StringBuilder();
            for (int length = random.nextInt(30); length > 0; length--) {
                value.append(VISIBLE.charAt(random.nextInt(VISIBLE.length())));
            }
            headers.put((random.nextBoolean() ? "X-Custom-" : "x-custom-b") + i, value.toString());
        }
        return headers;
    }

    private AwsCredentials credentials() {
        String token = random.nextBoolean() ? "" : "FwoGZXIvYXdzE" + hex() + "+/=" + hex();
        return new AwsCredentials("AKIA" + hex(), "s/" + hex() + "+" + text(5) + "x", token);
    }

    private String hex() {
        return Long.toHexString(random.nextLong());
    }

    private String text(int most) {
        StringBuilder text = new StringBuilder();
        int[] characters = CHARACTERS.codePoints().toArray();
        for (int length = random.nextInt(most); length > 0; length--) {
            text.appendCodePoint(characters[random.nextInt(characters.length)]);
        }
        return text.toString();
    }

    private String oneOf(String[] from) {
        return from[random.nextInt(from.length)];
    }
}
