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

/** The metadata service of an EC2 instance (IMDS), in its second version alone: a token first, then the rest. */
record InstanceCredentials(Surroundings here) implements CredentialsPlace {
    private static final String SERVICE = "The EC2 metadata service";
    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final String DISABLED = "AWS_EC2_METADATA_DISABLED";
    private static final String ENDPOINT = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
    private static final String MODE = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
    private static final String ROLES = "/latest/meta-data/iam/security-credentials/";

    @Override
    public Found look() {
        if (here.isTrue(DISABLED)) {
            return Found.nothing(DISABLED + " forbids to ask the EC2 metadata service");
        }
        String base = base();
        Map<String, String> token;
        HttpCall ask = new HttpCall(
                "PUT",
                uri(base + "/latest/api/token"),
                Map.of("X-aws-ec2-metadata-token-ttl-seconds", "21600"),
                new byte[0]);
        try {
            HttpReply reply = here.http().sendTwice(ask, PATIENCE);
            if (!reply.isSuccess()) {
                return Found.nothing("the EC2 metadata service at " + base + " gives no IMDSv2 token (status "
                        + reply.status() + ")");
            }
            token = Map.of("X-aws-ec2-metadata-token", reply.text().trim());
        } catch (IOException e) { // nearly always: this is no EC2 instance
            return Found.nothing("no EC2 metadata service answers at " + base);
        }
        HttpReply roles = get(base + ROLES, token);
        String role = roles.text().lines().findFirst().orElse("").trim();
        if (roles.status() == 404 || (roles.isSuccess() && role.isEmpty())) {
            return Found.nothing("the EC2 instance has no role");
        }
        return Found.issued(credentials(get(base + ROLES + Percent.encode(succeeded(roles, role)), token)));
    }

    private String base() {
        String named = here.variable(ENDPOINT);
        if (!named.isEmpty()) {
            return named.replaceFirst("/+$", "");
        }
        return here.variable(MODE).equalsIgnoreCase("IPv6") ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
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
            // said below
        }
        throw new LlmException(Kind.CONFIGURATION, ENDPOINT + " is no address like http://169.254.169.254.");
    }

    private HttpReply get(String address, Map<String, String> token) {
        HttpCall call = HttpCall.get(uri(address), token);
        try {
            return here.http().sendTwice(call, PATIENCE);
        } catch (IOException e) {
            throw AwsHttp.noAnswer(SERVICE, call, e);
        }
    }

    private static AwsCredentials credentials(HttpReply reply) {
        JsonObject answer = Json.object(reply.body());
        String code = answer.text("Code");
        if (!code.isEmpty() && !code.equals("Success")) { // with status 200
            throw AwsHttp.refused(SERVICE, reply, code, code + " " + answer.text("Message"));
        }
        return IssuedCredentials.ofJson(succeeded(reply, reply.body()), "Token", SERVICE);
    }

    private static <T> T succeeded(HttpReply reply, T what) {
        if (!reply.isSuccess()) {
            throw AwsHttp.refused(SERVICE, reply, "", "");
        }
        return what;
    }
}
