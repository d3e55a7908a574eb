package dev.postern.bedrock;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Gets credentials from the AWS SDK of the host application, for single sign-on, assumed roles and new features of AWS.
 * The SDK is optional, and its classes are loaded only when they are needed.
 */
final class AwsSdkBridge {
    private static final String GROUP = "software.amazon.awssdk:";
    private static final String PROBE = "software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider";

    /** A field of a profile that only the SDK supports, and the artifacts of the SDK that support it. */
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

        /** Such as {@code software.amazon.awssdk:auth and software.amazon.awssdk:sts}. */
        String coordinates() {
            return coordinates;
        }
    }

    private final String probe;
    /** Sources by profile. The SDK caches credentials in them. */
    private final ConcurrentMap<String, AwsCredentialsSource> profiles = new ConcurrentHashMap<>();

    private final ConcurrentMap<String, AwsCredentialsSource> chains = new ConcurrentHashMap<>();

    private AwsSdkBridge(String probe) {
        this.probe = probe;
    }

    static AwsSdkBridge ofThisApplication() {
        return new AwsSdkBridge(PROBE);
    }

    /** A bridge that behaves as if the application did not have the SDK. */
    static AwsSdkBridge absent() {
        return new AwsSdkBridge(PROBE + "Absent");
    }

    /** Whether the application has the SDK. */
    boolean isPresent() {
        try {
            Class.forName(probe, false, AwsSdkBridge.class.getClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    /** The SDK's credentials for a profile with this feature. */
    CredentialsLookup profile(String name, Feature feature) {
        String subject = "The AWS profile '" + name + "' has " + feature.field();
        if (!isPresent()) {
            throw new LlmException(
                    Kind.CONFIGURATION,
                    subject + ", which needs the AWS SDK; add " + feature.coordinates()
                            + " to the application, or set the provider's credentials.");
        }
        try {
            return CredentialsLookup.stored(
                    profiles.computeIfAbsent(name, AwsSdkChains::profile).credentials());
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            throw new LlmException(
                    Kind.AUTHENTICATION,
                    subject + ", but the AWS SDK got no credentials for it (" + reason(e) + "); this needs "
                            + feature.coordinates() + ".",
                    e);
        }
    }

    /** The credentials of the SDK's own chain, after all other locations had none. */
    CredentialsLookup defaultChain(String profile) {
        if (!isPresent()) {
            return CredentialsLookup.none(""); // an optional library is not part of the error message
        }
        try {
            return CredentialsLookup.issued(
                    chains.computeIfAbsent(profile, AwsSdkChains::chain).credentials());
        } catch (LlmException e) {
            throw e;
        } catch (RuntimeException | LinkageError e) {
            System.getLogger("dev.postern.bedrock")
                    .log(System.Logger.Level.DEBUG, () -> "the AWS SDK found no credentials: " + reason(e));
            return CredentialsLookup.none("the AWS SDK found none either");
        }
    }

    /** The message of an exception of the SDK, which never contains keys. */
    private static String reason(Throwable e) {
        String message = e.getMessage() == null
                ? e.getClass().getSimpleName()
                : e.getMessage().strip();
        return message.length() > 300 ? message.substring(0, 300) + "…" : message.replaceFirst("\\.$", "");
    }
}
