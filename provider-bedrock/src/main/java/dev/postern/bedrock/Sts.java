package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.http.HttpCall;
import dev.postern.http.HttpReply;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;

/**
 * Calls AWS's Security Token Service, which exchanges a web identity token for credentials.
 *
 * @param endpoint the address of the service
 */
record Sts(AwsHttp http, URI endpoint) {
    private static final String SERVICE = "AWS STS";
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    /** The service at the address that the environment names, else in the region. */
    static Sts of(AwsEnvironment environment, String region) {
        return new Sts(environment.http(), AwsEndpoint.of(environment, "sts", "AWS_ENDPOINT_URL_STS", region));
    }

    /** Exchanges a web identity token for credentials of a role. */
    AwsCredentials assumeRoleWithWebIdentity(String role, String session, String token) {
        HttpCall call = HttpCall.post(
                endpoint.resolve(endpoint.getRawPath() + "/"),
                Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                ("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=" + PercentEncoding.encode(role)
                                + "&RoleSessionName=" + PercentEncoding.encode(session)
                                + "&WebIdentityToken=" + PercentEncoding.encode(token))
                        .getBytes(StandardCharsets.US_ASCII));
        try {
            HttpReply reply = http.sendWithRetry(call, TIMEOUT);
            if (!reply.isSuccess()) {
                throw AwsHttp.refused(
                        SERVICE,
                        reply,
                        element(reply.text(), "Code"),
                        element(reply.text(), "Message").replace(token, "***"));
            }
            return credentials(element(reply.text(), "Credentials"));
        } catch (IOException e) {
            throw AwsHttp.noAnswer(SERVICE, call, e);
        }
    }

    private static AwsCredentials credentials(String xml) {
        String expiration = element(xml, "Expiration");
        if (expiration.isEmpty()) {
            throw new LlmException(
                    Kind.PROTOCOL, "AWS STS gave an answer without credentials; check AWS_ENDPOINT_URL_STS.");
        }
        return IssuedCredentials.of(
                element(xml, "AccessKeyId"),
                element(xml, "SecretAccessKey"),
                element(xml, "SessionToken"),
                expiration,
                SERVICE);
    }

    /**
     * The content of the first element with this name; empty if there is none. This works only for XML without
     * attributes in which no element contains another of the same name, such as the answers of STS.
     */
    static String element(String xml, String name) {
        String tag = "<" + name + ">";
        int start = xml.indexOf(tag);
        int end = xml.indexOf("</" + name + ">", start + 1);
        if (start < 0 || end < 0) {
            return "";
        }
        String content = xml.substring(start + tag.length(), end).trim();
        return content.startsWith("<")
                ? content
                : content.replace("&lt;", "<")
                        .replace("&gt;", ">")
                        .replace("&quot;", "\"")
                        .replace("&apos;", "'")
                        .replace("&amp;", "&");
    }
}
