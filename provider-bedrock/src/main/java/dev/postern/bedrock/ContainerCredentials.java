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

/** The endpoint that ECS, EKS Pod Identity and the like offer to the containers they run. */
record ContainerCredentials(Surroundings here) implements CredentialsPlace {
    private static final String SERVICE = "The container's credential endpoint";
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final String RELATIVE = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
    private static final String FULL = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
    private static final String TOKEN = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
    private static final String TOKEN_FILE = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
    private static final String ECS = "http://169.254.170.2";
    /** Of ECS and of EKS. */
    private static final Set<String> HOSTS = Set.of("169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

    @Override
    public Found look() {
        String relative = here.variable(RELATIVE);
        String full = here.variable(FULL);
        if (relative.isEmpty() && full.isEmpty()) {
            return Found.nothing("no container sets " + RELATIVE + " or " + FULL);
        }
        URI endpoint = relative.isEmpty()
                ? checked(parse(FULL, full))
                : parse(RELATIVE, ECS + (relative.startsWith("/") ? "" : "/") + relative);
        String token = token();
        HttpCall call = HttpCall.get(endpoint, token.isEmpty() ? Map.of() : Map.of("Authorization", token));
        try {
            HttpReply reply = here.http().sendTwice(call, PATIENCE);
            if (reply.isSuccess()) {
                return Found.issued(IssuedCredentials.ofJson(reply.body(), "Token", SERVICE));
            }
            JsonObject error = Json.object(reply.body());
            String reason = error.text("message");
            throw AwsHttp.refused(
                    SERVICE, reply, error.text("code"), token.isEmpty() ? reason : reason.replace(token, "***"));
        } catch (IOException e) {
            throw AwsHttp.noAnswer(SERVICE, call, e);
        }
    }

    /** A file is read anew each time, because Kubernetes renews it. */
    private String token() {
        String file = here.variable(TOKEN_FILE);
        String token = file.isEmpty()
                ? here.variable(TOKEN)
                : Surroundings.read(here.path(file), "The file of " + TOKEN_FILE)
                        .trim();
        if (token.chars().anyMatch(c -> c < ' ' || c > '~')) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    (file.isEmpty() ? TOKEN : TOKEN_FILE) + " holds a line break or characters that are not ASCII.");
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
            // said below; the exception would show the value
        }
        throw new LlmException(Kind.CONFIGURATION, variable + " is no address of a credential endpoint.");
    }

    /** Whoever can set the variable could otherwise send the token anywhere in cleartext. */
    private static URI checked(URI uri) {
        if ("https".equalsIgnoreCase(uri.getScheme()) || HOSTS.contains(uri.getHost()) || isLoopback(uri.getHost())) {
            return uri;
        }
        throw new LlmException(
                Kind.CONFIGURATION,
                FULL + " names the host '" + uri.getHost() + "' in cleartext; allowed are https, loopback addresses,"
                        + " 169.254.170.2, 169.254.170.23 and [fd00:ec2::23].");
    }

    /** Only what is an address already, or {@code localhost}: what a name means, others may decide. */
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
