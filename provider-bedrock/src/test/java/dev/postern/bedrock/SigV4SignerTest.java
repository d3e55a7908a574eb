package dev.postern.bedrock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.http.HttpCall;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Signatures that AWS published: the Signature Version 4 test suite (2015-08-30, region us-east-1, service "service"),
 * the additions of AWS's C library, and the example in the IAM documentation.
 */
class SigV4SignerTest {
    private static final Instant NOON = Instant.parse("2015-08-30T12:36:00Z");
    private static final AwsCredentials EXAMPLE =
            new AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
    private static final String SCOPE =
            "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, ";
    private static final String UNRESERVED = "-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String STS_TOKEN =
            "AQoDYXdzEPT//////////wEXAMPLEtc764bNrC9SAPBSM22wDOk4x4HIZ8j4FZTwdQWLWsKWHGBuFqwAeMicRXmxfpSPfIeoIYRqTflfKD8"
                    + "YUuwthAx7mSEI/qkPpKPi/kMcGdQrmGdeehM4IC1NtBmUpp2wUE8phUZampKsburEDy0KPkyQDYwT7WZ0wq5VSXDvp75YU9HFvl"
                    + "Rd8Tx6q6fE8YQcHNVXAkiY9q6d+xo0rKwT38xVqr7ZD0u0iPPkUL64lIZbqBAz+scqKmlzm8FDrypNC9Yjc8fPOLn9FX9KSYvKT"
                    + "r4rvx3iSIlTJabIQwj2ICCR/oLxBA==";

    /**
     * A test vector.
     *
     * @param headers headers in the form {@code name:value}
     */
    private record Vector(
            String name, String method, String target, String body, String[] headers, String names, String signature) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Vector get(String name, String target, String signature) {
        return new Vector(name, "GET", target, "", new String[0], "host;x-amz-date", signature);
    }

    private static Vector post(String name, String target, String signature) {
        return new Vector(name, "POST", target, "", new String[0], "host;x-amz-date", signature);
    }

    private static Vector with(
            String name, String method, String body, String names, String signature, String... headers) {
        return new Vector(name, method, "/", body, headers, names, signature);
    }

    static Stream<Vector> vectors() {
        String vanilla = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
        String postVanilla = "5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b";
        String postQuery = "28038455d6de14eafc1f9222cf5aa6f1a96197d7deb8263271d420d138af7f11";
        return Stream.of(
                // paths
                get("get-vanilla", "/", vanilla),
                get("get-vanilla without a path", "", vanilla),
                get("get-relative", "/example/..", vanilla),
                get("get-relative-relative", "/example1/example2/../..", vanilla),
                get("get-slash", "//", vanilla),
                get("get-slash-dot-slash", "/./", vanilla),
                get(
                        "get-slash-pointless-dot",
                        "/./example",
                        "ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5"),
                get("get-slashes", "//example//", "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
                get(
                        "get-unreserved",
                        "/" + UNRESERVED,
                        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f"),
                get("get-utf8", "/\u1234", "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"),
                // queries
                get(
                        "get-vanilla-empty-query-key",
                        "/?Param1=value1",
                        "a67d582fa61cc504c4bae71f336f98b97f1ea3c7a6bfe1b6e45aec72011b9aeb"),
                get(
                        "get-vanilla-query-order-key",
                        "/?Param1=value2&Param1=Value1",
                        "eedbc4e291e521cf13422ffca22be7d2eb8146eecf653089df300a15b2382bd1"),
                get(
                        "get-vanilla-query-order-key-case",
                        "/?Param2=value2&Param1=value1",
                        "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
                get(
                        "get-vanilla-query-order-value",
                        "/?Param1=value2&Param1=value1",
                        "5772eed61e12b33fae39ee5e7012498b51d56abc0abb7c60486157bd471c4694"),
                get(
                        "get-vanilla-query-order-encoded",
                        "/?Param-3=Value3&Param=Value2&%E1%88%B4=Value1",
                        "371d3713e185cc334048618a97f809c9ffe339c62934c032af5a0e595648fcac"),
                get(
                        "get-vanilla-query-unreserved",
                        "/?" + UNRESERVED + "=" + UNRESERVED,
                        "9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197"),
                get(
                        "get-vanilla-utf8-query",
                        "/?\u1234=bar",
                        "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"),
                post("post-vanilla", "/", postVanilla),
                post("post-vanilla-query", "/?Param1=value1", postQuery),
                // headers; a map and the JDK's client merge headers of the same name
                with(
                        "get-header-key-duplicate",
                        "GET",
                        "",
                        "host;my-header1;x-amz-date",
                        "c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea",
                        "My-Header1:value2,value2,value1"),
                with(
                        "get-header-value-order",
                        "GET",
                        "",
                        "host;my-header1;x-amz-date",
                        "08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01",
                        "My-Header1:value4,value1,value3,value2"),
                with(
                        "get-header-value-trim",
                        "GET",
                        "",
                        "host;my-header1;my-header2;x-amz-date",
                        "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736",
                        "My-Header1: value1",
                        "My-Header2: \"a   b   c\""),
                with(
                        "post-header-key-sort",
                        "POST",
                        "",
                        "host;my-header1;x-amz-date",
                        "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
                        "My-Header1:value1"),
                with(
                        "post-header-value-case",
                        "POST",
                        "",
                        "host;my-header1;x-amz-date",
                        "cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d",
                        "My-Header1:VALUE1"),
                // bodies
                with(
                        "post-x-www-form-urlencoded",
                        "POST",
                        "Param1=value1",
                        "content-type;host;x-amz-date",
                        "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
                        "Content-Type:application/x-www-form-urlencoded"),
                with(
                        "post-x-www-form-urlencoded-parameters",
                        "POST",
                        "Param1=value1",
                        "content-type;host;x-amz-date",
                        "1a72ec8f64bd914b0e42e42607c7fbce7fb2c7465f63e3092b3b0d39fa77a6fe",
                        "Content-Type:application/x-www-form-urlencoded; charset=utf8"),
                with(
                        "post-x-www-form-urlencoded-parameters with the hash of the body",
                        "POST",
                        "Param1=value1",
                        "content-length;content-type;host;x-amz-content-sha256;x-amz-date",
                        "328d1b9eaadca9f5818ef05e8392801e091653bafec24fcab71e7344e7f51422",
                        "Content-Type:application/x-www-form-urlencoded; charset=utf-8",
                        "Content-Length:13",
                        "x-amz-content-sha256:9095672bbd1f56dfc5b65f3e153adc8731a4a654192329106275f4c7b24d0b6e"));
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void agreesWithTheTestSuite(Vector vector) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (String header : vector.headers) {
            headers.put(header.substring(0, header.indexOf(':')), header.substring(header.indexOf(':') + 1));
        }
        HttpCall call = new HttpCall(
                vector.method,
                URI.create("https://example.amazonaws.com" + vector.target),
                headers,
                vector.body.getBytes(StandardCharsets.UTF_8));

        HttpCall signed = new SigV4Signer("service", "us-east-1").sign(call, EXAMPLE, NOON);

        assertThat(signed.headers())
                .containsAllEntriesOf(headers)
                .containsEntry("X-Amz-Date", "20150830T123600Z")
                .containsEntry(
                        "Authorization", SCOPE + "SignedHeaders=" + vector.names + ", Signature=" + vector.signature);
        assertThat(signed.method()).isEqualTo(call.method());
        assertThat(signed.uri()).isEqualTo(call.uri());
        assertThat(signed.body()).isEqualTo(call.body());
    }

    @Test
    void signsTheSessionToken() {
        String names = "SignedHeaders=host;x-amz-date;x-amz-security-token, Signature=";
        assertThat(withToken("POST", STS_TOKEN).headers())
                .containsEntry("X-Amz-Security-Token", STS_TOKEN)
                .containsEntry(
                        "Authorization",
                        SCOPE + names + "85d96828115b5dc0cfc3bd16ad9e210dd772bbebba041836c64533a82be05ead");
        assertThat(withToken("GET", "6e86291e8372ff2a2260956d9b8aae1d763fbf315fa00fa31553b73ebf194267")
                        .headers())
                .containsEntry(
                        "Authorization",
                        SCOPE + names + "07ec1639c89043aa0e3e2de82b96708f198cceab042d4a97044c66dd9f74e7f8");
    }

    private static HttpCall withToken(String method, String token) {
        return new SigV4Signer("service", "us-east-1")
                .sign(
                        new HttpCall(method, URI.create("https://example.amazonaws.com/"), Map.of(), new byte[0]),
                        new AwsCredentials(EXAMPLE.accessKeyId(), EXAMPLE.secretAccessKey(), token),
                        NOON);
    }

    @Test
    void agreesWithTheExampleInTheDocumentation() {
        HttpCall call = HttpCall.get(
                URI.create("https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08"),
                Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"));

        assertThat(new SigV4Signer("iam", "us-east-1").sign(call, EXAMPLE, NOON).headers())
                .containsEntry(
                        "Authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request,"
                                + " SignedHeaders=content-type;host;x-amz-date,"
                                + " Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
    }

    @Test
    void thePathIsEncodedTwice() {
        URI uri = URI.create("https://bedrock-runtime.us-east-1.amazonaws.com/model/arn%3Aaws%3Abedrock%2Fx/converse");
        assertThat(CanonicalRequest.of("POST", uri, Map.of(), "hash").text())
                .startsWith("POST\n/model/arn%253Aaws%253Abedrock%252Fx/converse\n\n"
                        + "host:bedrock-runtime.us-east-1.amazonaws.com\n\nhost\nhash");
    }

    @Test
    void theHostHasThePortUnlessItIsTheDefault() {
        assertThat(canonical("http://localhost:8080/")).contains("\nhost:localhost:8080\n");
        assertThat(canonical("http://localhost:80/")).contains("\nhost:localhost\n");
        assertThat(canonical("https://localhost:443/")).contains("\nhost:localhost\n");
        assertThat(canonical("https://[::1]:80/")).contains("\nhost:[::1]:80\n");
    }

    private static String canonical(String uri) {
        return CanonicalRequest.of("GET", URI.create(uri), Map.of(), "hash").text();
    }

    @Test
    void aSignedCallCanBeSignedAgain() {
        SigV4Signer signer = new SigV4Signer("bedrock", "eu-central-1");
        HttpCall call = HttpCall.post(URI.create("https://host/a"), Map.of("content-type", "a"), new byte[] {1});
        AwsCredentials temporary = new AwsCredentials("a", "b", "c");

        HttpCall again = signer.sign(signer.sign(call, temporary, NOON.plusSeconds(99)), EXAMPLE, NOON);

        assertThat(again.headers()).isEqualTo(signer.sign(call, EXAMPLE, NOON).headers());
    }

    @Test
    void headersThatProxiesChangeAreNotSigned() {
        HttpCall call = HttpCall.get(URI.create("https://host/"), Map.of("User-Agent", "postern", "Accept", "x"));
        assertThat(new SigV4Signer("s", "r").sign(call, EXAMPLE, NOON).headers().get("Authorization"))
                .contains("SignedHeaders=accept;host;x-amz-date,");
    }

    @Test
    void theHashInAHeaderIsUsed() {
        byte[] body = {1, 2, 3};
        HttpCall plain = HttpCall.post(URI.create("https://host/"), Map.of("x-amz-content-sha256", "UNSIGNED"), body);
        assertThat(CanonicalRequest.of("POST", plain.uri(), plain.headers(), "UNSIGNED")
                        .text())
                .endsWith("\nUNSIGNED");
        assertThat(new SigV4Signer("s", "r").sign(plain, EXAMPLE, NOON).headers())
                .isEqualTo(new SigV4Signer("s", "r")
                        .sign(new HttpCall("POST", plain.uri(), plain.headers(), new byte[0]), EXAMPLE, NOON)
                        .headers());
    }

    @Test
    void toStringHasNoSecret() {
        HttpCall signed = withToken("POST", Secrets.TOKEN);
        assertThat(signed.toString()).doesNotContain(Secrets.TOKEN).doesNotContain("Signature=");
        assertThat(signed.headers().toString()).doesNotContain(EXAMPLE.secretAccessKey());
    }
}
