package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;

/** Credentials from the metadata service of an EC2 instance. Only IMDSv2 is used, which requires a token. */
record InstanceCredentials(AwsEnvironment environment) implements CredentialsLocation {
    private static final String SERVICE = "The EC2 metadata service";
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final String DISABLED = "AWS_EC2_METADATA_DISABLED";
    private static final String ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    private static final String MODE = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

    @Override
    public CredentialsLookup lookUp() {
        if (environment.isTrue(DISABLED)) {
            return CredentialsLookup.none(DISABLED + " turns off the EC2 metadata service");
        }
        String base = base();
        Map<String, String> token;
        HttpCall ask = new HttpCall(
                "PUT",
                uri(base + "/latest/api/token"),
                Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21600"),
                new byte[0]);
        try {
            HttpReply reply = environment.http().sendWithRetry(ask, TIMEOUT);
            if (!reply.isSuccess()) {
                return CredentialsLookup.none("the EC2 metadata service at " + base + " issues no IMDSv2 token (status "
                        + reply.status() + ")");
            }
            token = Map.of("X-aws-ec2-metadata-token", reply.text().trim());
        } catch (IOException e) { // in most cases the machine is not an EC2 instance
            return CredentialsLookup.none("no EC2 metadata service answers at " + base);
        }
        HttpReply roles = get(base + ROLES, token);
        String role = roles.text().lines().findFirst().orElse("").trim();
        if (roles.status() == 404 || (roles.isSuccess() && role.isEmpty())) {
            return CredentialsLookup.none("the EC2 instance has no role");
        }
        return CredentialsLookup.issued(
                credentials(get(base + ROLES + PercentEncoding.encode(succeeded(roles, role)), token)));
    }

    private String base() {
        String named = environment.variable(ENDPOINT);
        if (!named.isEmpty()) {
            return named.replaceFirst("/+$", "");
        }
        return environment.variable(MODE).equalsIgnoreCase("IPv6")
                ? "http://[fd00:ec2::254]"
                : "http://169.254.169.254";
    }

    private static URI uri(String text) {
        try {
            URI uri = URI.create(text);
            if (uri.getHost() != null
                    && uri.getScheme() != null
                    && uri.getScheme().startsWith("http")) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // reported below
        }
        throw new LlmException(Kind.CONFIGURATION, ENDPOINT + " is not an address such as http://169.254.169.254.");
    }

    private HttpReply get(String address, Map<String, String> token) {
        HttpCall call = HttpCall.get(uri(address), token);
        try {
            return environment.http().sendWithRetry(call, TIMEOUT);
        } catch (IOException e) {
            throw AwsHttp.noAnswer(SERVICE, call, e);
        }
    }

    private static AwsCredentials credentials(HttpReply reply) {
        JsonObject answer = Json.object(reply.body());
        String code = answer.text("Code");
        if (!code.isEmpty() && !code.equals("Success")) { // such errors have status 200
            throw AwsHttp.refused(SERVICE, reply, code, code + " " + answer.text("Message"));
        }
        return IssuedCredentials.ofJson(succeeded(reply, reply.body()), "Token", SERVICE);
    }

    private static <T> T succeeded(HttpReply reply, T result) {
        if (!reply.isSuccess()) {
            throw AwsHttp.refused(SERVICE, reply, "", "");
        }
        return result;
    }
}
