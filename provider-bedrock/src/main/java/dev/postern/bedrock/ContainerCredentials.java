package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/** Credentials from the endpoint that ECS, EKS Pod Identity and similar services offer to their containers. */
record ContainerCredentials(AwsEnvironment environment) implements CredentialsLocation {
    private static final String SERVICE = "The container's credential endpoint";
    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    private static final String ECS = "http://169.254.170.2";
    /** The hosts of ECS and EKS. */
    private static final Set<String> HOSTS = Set.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

    @Override
    public CredentialsLookup lookUp() {
        String relative = environment.variable(RELATIVE);
        String full = environment.variable(FULL);
        if (relative.isEmpty() && full.isEmpty()) {
            return CredentialsLookup.none("neither " + RELATIVE + " nor " + FULL + " is set");
        }
        URI endpoint = relative.isEmpty()
                ? checked(parse(FULL, full))
                : parse(RELATIVE, ECS + (relative.startsWith("/") ? "" : "/") + relative);
        String token = token();
        HttpCall call = HttpCall.get(endpoint, token.isEmpty() ? Map.of() : Map.of("Authorization", token));
        try {
            HttpReply reply = environment.http().sendWithRetry(call, TIMEOUT);
            if (reply.isSuccess()) {
                return CredentialsLookup.issued(IssuedCredentials.ofJson(reply.body(), "Token", SERVICE));
            }
            JsonObject error = Json.object(reply.body());
            String reason = error.text("message");
            throw AwsHttp.refused(
                    SERVICE, reply, error.text("code"), token.isEmpty() ? reason : reason.replace(token, "***"));
        } catch (IOException e) {
            throw AwsHttp.noAnswer(SERVICE, call, e);
        }
    }

    /** The authorization token. A file is read each time, because Kubernetes renews it. */
    private String token() {
        String file = environment.variable(TOKEN_FILE);
        String token = file.isEmpty()
                ? environment.variable(TOKEN)
                : AwsEnvironment.read(environment.path(file), "The file of " + TOKEN_FILE)
                        .trim();
        if (token.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    (file.isEmpty() ? TOKEN : TOKEN_FILE) + " contains a line break or characters that are not ASCII.");
        }
        return token;
    }

    private static URI parse(String variable, String text) {
        try {
            URI uri = URI.create(text);
            boolean http = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri;
            }
        } catch (IllegalArgumentException e) {
            // Reported below without this exception, whose message has the value.
        }
        throw new LlmException(Kind.CONFIGURATION, variable + " is not the address of a credential endpoint.");
    }

    /** Refuses plain HTTP to other hosts, because an attacker who can set the variable could read the token. */
    private static URI checked(URI uri) {
        if ("https".equalsIgnoreCase(uri.getScheme()) || HOSTS.contains(uri.getHost()) || isLoopback(uri.getHost())) {
            return uri;
        }
        throw new LlmException(
                Kind.CONFIGURATION,
                FULL + " names the host '" + uri.getHost() + "' without TLS, which is allowed only for"
                        + " loopback addresses, 169.254.170.2, 169.254.170.23 and [fd00:ec2::23].");
    }

    /** True for loopback addresses and {@code localhost}. Other names are not resolved, because DNS is not trusted. */
    private static boolean isLoopback(String host) {
        if (host.equalsIgnoreCase("localhost")) {
            return true;
        }
        try {
            return host.matches("[0-9.]+|\\[[0-9a-fA-F:.]+]")
                    && InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
