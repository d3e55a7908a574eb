package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertCredentials;
import static dev.postern.bedrock.Secrets.assertFails;
import static dev.postern.bedrock.Secrets.assertMissing;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.postern.LlmException.Kind;
import dev.postern.bedrock.AwsSdkBridge.Feature;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;

/** Tests with the real SDK, which reads the paths of its files from system properties. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class AwsSdkBridgeTest {
    @TempDir
    Path home;

    private final Map<String, String> before = new TreeMap<>();

    @BeforeEach
    void setTheFilesOfTheSdk() {
        FakeAwsEnvironment fake = new FakeAwsEnvironment(home);
        set(
                "aws.configFile",
                fake.file(
                                "config",
                                "[profile process]",
                                "credential_process = printf '{\"Version\":1,\"AccessKeyId\":\"id\","
                                        + "\"SecretAccessKey\":\"" + Secrets.KEY + "\",\"SessionToken\":\""
                                        + Secrets.TOKEN + "\",\"Expiration\":\"2999-01-01T00:00:00Z\"}'",
                                "[profile role]",
                                "role_arn=arn:aws:iam::1:role/r",
                                "source_profile=process",
                                "[profile bare]",
                                "region=eu-west-1")
                        .toString());
        set("aws.sharedCredentialsFile", fake.file("credentials").toString());
        set("aws.disableEc2Metadata", "true");
    }

    private void set(String property, String value) {
        String old = System.setProperty(property, value);
        before.put(property, old == null ? "" : old);
    }

    @AfterEach
    void restore() {
        before.forEach((property, old) -> {
            if (old.isEmpty()) {
                System.clearProperty(property);
            } else {
                System.setProperty(property, old);
            }
        });
    }

    @Test
    void theCredentialsOfAProfileComeFromTheSdk() {
        CredentialsLookup found = AwsSdkBridge.ofThisApplication().profile("process", Feature.SSO);
        assertCredentials(found.credentials(), "id", Secrets.KEY, Secrets.TOKEN);
        assertThat(found.credentials().expiration()).hasToString("2999-01-01T00:00:00Z");
        assertThat(found.cheap()).as("the SDK caches the credentials").isTrue();
    }

    @Test
    void theErrorNamesTheMissingArtifacts() {
        AwsSdkBridge sdk = AwsSdkBridge.ofThisApplication();
        assertThat(sdk.isPresent()).isTrue();
        assertFails(Kind.AUTHENTICATION, () -> sdk.profile("role", Feature.ROLE))
                .startsWith("The AWS profile 'role' has role_arn, but the AWS SDK got no credentials for it (")
                .contains("'sts' service module must be on the class path")
                .endsWith("); this needs software.amazon.awssdk:auth and software.amazon.awssdk:sts.");
    }

    @Test
    void theChainOfTheSdkIsUsedAsWell() {
        // The SDK reads the real environment. The test is skipped if that has credentials.
        assumeThat(System.getenv())
                .doesNotContainKeys(
                        "AWS_ACCESS_KEY_ID",
                        "AWS_WEB_IDENTITY_TOKEN_FILE",
                        "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
                        "AWS_CONTAINER_CREDENTIALS_FULL_URI");
        assertCredentials(
                AwsSdkBridge.ofThisApplication().defaultChain("process").credentials(),
                "id",
                Secrets.KEY,
                Secrets.TOKEN);
        assertMissing(AwsSdkBridge.ofThisApplication().defaultChain("bare"), "the AWS SDK found none either");
    }

    @Test
    void withoutTheSdkOnlyAProfileThatNeedsItFails() {
        AwsSdkBridge sdk = AwsSdkBridge.absent();
        assertThat(sdk.isPresent()).isFalse();
        assertMissing(sdk.defaultChain("any"), "");
        assertFails(Kind.CONFIGURATION, () -> sdk.profile("p", Feature.SSO_SESSION))
                .isEqualTo("The AWS profile 'p' has sso_session, which needs the AWS SDK; add"
                        + " software.amazon.awssdk:auth and software.amazon.awssdk:sso and software.amazon.awssdk:ssooidc"
                        + " to the application, or set the provider's credentials.");
    }

    /** Without the SDK, the bridge can be loaded, and it does not load the class that uses the SDK. */
    @Test
    void noOtherClassNeedsTheSdk() throws Exception {
        List<String> loaded = new ArrayList<>();
        try (URLClassLoader bare = withoutTheSdk(loaded)) {
            Class<?> bridge = Class.forName(AwsSdkBridge.class.getName(), true, bare);
            var make = bridge.getDeclaredMethod("ofThisApplication");
            make.setAccessible(true);
            var present = bridge.getDeclaredMethod("isPresent");
            present.setAccessible(true);
            var chain = bridge.getDeclaredMethod("defaultChain", String.class);
            chain.setAccessible(true);
            Object sdk = make.invoke(null);
            assertThat(present.invoke(sdk)).isEqualTo(false);
            assertThat(chain.invoke(sdk, "default").toString()).contains("credentials=null");
        }
        assertThat(loaded).contains(AwsSdkBridge.class.getName()).doesNotContain(AwsSdkChains.class.getName());
    }

    /** A class loader with the classes of this module and without those of the SDK. */
    private static URLClassLoader withoutTheSdk(List<String> loaded) throws IOException {
        URL classes = AwsSdkBridge.class.getProtectionDomain().getCodeSource().getLocation();
        ClassLoader parent = new ClassLoader(AwsSdkBridgeTest.class.getClassLoader()) {
            @Override
            protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
                if (name.startsWith("dev.postern.bedrock.") || name.startsWith("software.amazon.awssdk.")) {
                    throw new ClassNotFoundException(name);
                }
                return super.loadClass(name, resolve);
            }
        };
        return new URLClassLoader(new URL[] {classes}, parent) {
            @Override
            protected Class<?> findClass(String name) throws ClassNotFoundException {
                loaded.add(name);
                return super.findClass(name);
            }
        };
    }
}
