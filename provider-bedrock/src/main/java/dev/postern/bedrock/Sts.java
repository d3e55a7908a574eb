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
 * AWS's Security Token Service, of which one call is needed: a token of somebody else's for credentials of AWS's.
 *
 * @param endpoint where it is
 */
record Sts(AwsHttp http, URI endpoint) {
    private static final String SERVICE = "AWS STS";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** That of the region, unless the environment names another. */
    static Sts of(Surroundings here, String region) {
        return new Sts(here.http(), AwsEndpoint.of(here, "sts", "AWS_ENDPOINT_URL_STS", region));
    }

    /** Credentials of the role for whoever holds the token. */
    AwsCredentials assumeRoleWithWebIdentity(String role, String session, String token) {
        HttpCall call = HttpCall.post(
                endpoint.resolve(endpoint.getRawPath() + "/"),
                Map.of("Content-Type", "application/x-www-form-urlencoded; charset=utf-8"),
                ("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=" + Percent.encode(role)
                                + "&RoleSessionName=" + Percent.encode(session)
                                + "&WebIdentityToken=" + Percent.encode(token))
                        .getBytes(StandardCharsets.US_ASCII));
        try {
            HttpReply reply = http.sendTwice(call, PATIENCE);
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
                    Kind.PROTOCOL, "AWS STS gave an answer without credentials; does AWS_ENDPOINT_URL_STS name it?");
        }
        return IssuedCredentials.of(
                element(xml, "AccessKeyId"),
                element(xml, "SecretAccessKey"),
                element(xml, "SessionToken"),
                expiration,
                SERVICE);
    }

    /**
     * What stands between the first start tag of this name and the next end tag; empty if there is none. Enough for
     * answers without attributes in which no name is nested in itself.
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
