package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The way to the AWS SDK of the host application, for what is not worth doing twice: single sign-on, assumed roles, and
 * whatever AWS invents next. The SDK may be absent; no class of it is loaded unless it is needed.
 */
final class AwsSdkBridge {
    private static final String GROUP = "software.amazon.awssdk:";
    private static final String PROBE = "software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider";

    /** A field of a profile that only the SDK understands, and what of the SDK that takes. */
    enum Feature {
        SSO_SESSION("sso_session", "auth", "sso", "ssooidc"),
        SSO("sso_start_url", "auth", "sso"),
        ROLE("role_arn", "auth", "sts"),
        LOGIN("login_session", "auth", "signin");

        private final String field;
        private final String coordinates;

        Feature(String field, String... artifacts) {
            this.field = field;
            this.coordinates = GROUP + String.join(" and " + GROUP, artifacts);
        }

        String field() {
            return field;
        }

        /** {@code software.amazon.awssdk:auth and software.amazon.awssdk:sts}. */
        String coordinates() {
            return coordinates;
        }
    }

    private final String probe;
    /** By profile. They keep what they got for as long as it is good, so asking them again costs little. */
    private final ConcurrentMap<String, AwsCredentialsSource> profiles = new ConcurrentHashMap<>();

    private final ConcurrentMap<String, AwsCredentialsSource> chains = new ConcurrentHashMap<>();

    private AwsSdkBridge(String probe) {
        this.probe = probe;
    }

    static AwsSdkBridge ofThisApplication() {
        return new AwsSdkBridge(PROBE);
    }

    /** As if the SDK were not there. */
    static AwsSdkBridge absent() {
        return new AwsSdkBridge(PROBE + "Absent");
    }

    /** Whether the SDK can be used. */
    boolean isPresent() {
        try {
            Class.forName(probe, false, AwsSdkBridge.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** What the SDK makes of a profile that needs it. */
    Found profile(String name, Feature feature) {
        String needs = "The AWS profile '" + name + "' has " + feature.field();
        if (!isPresent()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    needs + ", which is done by the AWS SDK; put " + feature.coordinates()
                            + " on the path, or give the provider credentials.");
        }
        try {
            return Found.written(
                    profiles.computeIfAbsent(name, AwsSdkChains::profile).credentials());
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new LlmException(
                    Kind.AUTHENTICATION,
                    needs + ", but the AWS SDK got no credentials for it (" + reason(e) + "); it takes "
                            + feature.coordinates() + ".",
                    e);
        }
    }

    /** What the SDK finds by itself, after we found nothing. */
    Found defaultChain(String profile) {
        if (!isPresent()) {
            return Found.nothing(""); // not worth a word
        }
        try {
            return Found.issued(
                    chains.computeIfAbsent(profile, AwsSdkChains::chain).credentials());
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("dev.postern.bedrock")
                    .log(System.Logger.Level.DEBUG, () -> "the AWS SDK found no credentials: " + reason(e));
            return Found.nothing("the AWS SDK finds none either");
        }
    }

    /** The SDK takes care not to show keys. */
    private static String reason(Throwable e) {
        String message = e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getMessage().strip();
        return message.length() > 300 ? message.substring(0, 300) + "…" : message.replaceFirst("\\.$", "");
    }
}
