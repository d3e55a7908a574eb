package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.net.URI;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.regions.EndpointTag;
import software.amazon.awssdk.regions.PartitionEndpointKey;
import software.amazon.awssdk.regions.PartitionMetadata;
import software.amazon.awssdk.regions.Region;

class BedrockHostsTest {
    private final FakeAwsEnvironment fake = new FakeAwsEnvironment(Path.of("none"));

    private BedrockHosts hosts(String region, String configured) {
        return BedrockHosts.of(fake.awsEnvironment(), region, configured);
    }

    private static BedrockHosts of(String runtime, String control) {
        return new BedrockHosts(URI.create(runtime), URI.create(control));
    }

    @ParameterizedTest
    @CsvSource({
        "false, false, us-east-1, https://bedrock-runtime.us-east-1.amazonaws.com",
        "true, false, us-east-1, https://bedrock-runtime-fips.us-east-1.amazonaws.com",
        "false, true, us-east-1, https://bedrock-runtime.us-east-1.api.aws",
        "true, true, us-gov-west-1, https://bedrock-runtime-fips.us-gov-west-1.api.aws",
        "false, false, cn-north-1, https://bedrock-runtime.cn-north-1.amazonaws.com.cn",
        "false, true, cn-north-1, https://bedrock-runtime.cn-north-1.api.amazonwebservices.com.cn",
        "false, false, mars-north-7, https://bedrock-runtime.mars-north-7.amazonaws.com",
    })
    void hostsOfARegion(boolean fips, boolean dualStack, String region, String runtime) {
        fake.set("AWS_USE_FIPS_ENDPOINT", fips).set("AWS_USE_DUALSTACK_ENDPOINT", dualStack);
        assertThat(hosts(region, "")).isEqualTo(of(runtime, runtime.replace("bedrock-runtime", "bedrock")));
    }

    /** Compares the table with that of the AWS SDK. */
    @Test
    void domainsAgreeWithAwsForEveryRegion() {
        for (Region region : Region.regions()) {
            if (region.isGlobalRegion()) {
                continue;
            }
            AwsPartition actual = AwsPartition.of(region.id());
            PartitionMetadata expected = PartitionMetadata.of(region);
            assertThat(actual.suffix()).as(region.id()).isEqualTo(expected.dnsSuffix());
            assertThat(actual.dualStackSuffix())
                    .as(region.id())
                    .isEqualTo(expected.dnsSuffix(PartitionEndpointKey.builder()
                            .tags(EndpointTag.DUALSTACK)
                            .build()));
        }
    }

    @Test
    void theEnvironmentSetsTheHosts() {
        fake.set("AWS_ENDPOINT_URL", "http://localhost:4566/");
        assertThat(hosts("us-east-1", "")).isEqualTo(of("http://localhost:4566", "http://localhost:4566"));
        fake.set("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://runtime.example/base");
        assertThat(hosts("us-east-1", "")).isEqualTo(of("https://runtime.example/base", "http://localhost:4566"));
        fake.set("AWS_ENDPOINT_URL_BEDROCK", "https://control.example");
        assertThat(hosts("us-east-1", "")).isEqualTo(of("https://runtime.example/base", "https://control.example"));
        fake.set("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        assertThat(hosts("us-east-1", ""))
                .isEqualTo(of(
                        "https://bedrock-runtime.us-east-1.amazonaws.com", "https://bedrock.us-east-1.amazonaws.com"));
    }

    @Test
    void aConfiguredEndpointIsUsedForBothUnlessItBelongsToAws() {
        fake.set("AWS_ENDPOINT_URL_BEDROCK_RUNTIME", "https://runtime.example");
        assertThat(hosts("us-east-1", "http://localhost:4010/aws//"))
                .isEqualTo(of("http://localhost:4010/aws", "http://localhost:4010/aws"));
        String vpc = "https://vpce-1.bedrock-runtime.eu-west-1.vpce.amazonaws.com";
        assertThat(hosts("eu-west-1", vpc)).isEqualTo(of(vpc, "https://bedrock.eu-west-1.amazonaws.com"));
        fake.set("AWS_ENDPOINT_URL_BEDROCK", "https://control.example");
        assertThat(hosts("us-east-1", "http://localhost:4010"))
                .isEqualTo(of("http://localhost:4010", "https://control.example"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost:4010",
                "ftp://host",
                "http://",
                "/path",
                "https://user:S3CR3T@host",
                "https://host?key=S3CR3T",
                "https://host#S3CR3T",
                "https://ho st/S3CR3T"
            })
    void invalidAddressesAreRejected(String address) {
        assertFails(Kind.CONFIGURATION, () -> hosts("us-east-1", address))
                .startsWith("endpoint: is not an address such as");
        fake.set("AWS_ENDPOINT_URL", address);
        assertFails(Kind.CONFIGURATION, () -> hosts("us-east-1", "")).startsWith("AWS_ENDPOINT_URL: is not an address");
    }
}
