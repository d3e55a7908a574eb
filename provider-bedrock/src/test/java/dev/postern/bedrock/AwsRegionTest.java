package dev.postern.bedrock;

import static dev.postern.bedrock.Secrets.assertFails;
import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException.Kind;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AwsRegionTest {
    @TempDir
    Path home;

    private FakeAwsEnvironment fake;

    @BeforeEach
    void setUp() {
        fake = new FakeAwsEnvironment(home);
    }

    private AwsRegion resolve(String configured, String endpoint, String profile) {
        return AwsRegion.resolve(fake.awsEnvironment(), configured, endpoint, profile);
    }

    @Test
    void theFirstSettingWithARegionIsUsed() {
        assertThat(resolve("", "", "")).isEqualTo(new AwsRegion("us-east-1", "default"));
        fake.file(".aws/config", "[default]", "region=eu-west-1", "[profile p]", "region=eu-west-2");
        assertThat(resolve("", "", "")).isEqualTo(new AwsRegion("eu-west-1", "profile 'default'"));
        assertThat(resolve("", "", "p")).isEqualTo(new AwsRegion("eu-west-2", "profile 'p'"));
        fake.properties.put("aws.region", "eu-west-3");
        assertThat(resolve("", "", "p")).isEqualTo(new AwsRegion("eu-west-3", "aws.region"));
        fake.set("AWS_DEFAULT_REGION", "eu-north-1");
        assertThat(resolve("", "", "")).isEqualTo(new AwsRegion("eu-north-1", "AWS_DEFAULT_REGION"));
        fake.set("AWS_REGION", "eu-south-1");
        assertThat(resolve("", "", "")).isEqualTo(new AwsRegion("eu-south-1", "AWS_REGION"));
        assertThat(resolve("", "http://localhost:4010", "")).isEqualTo(new AwsRegion("eu-south-1", "AWS_REGION"));
        String endpoint = "https://bedrock-runtime.eu-south-2.amazonaws.com";
        assertThat(resolve("", endpoint, "")).isEqualTo(new AwsRegion("eu-south-2", "endpoint"));
        assertThat(resolve(" eu-central-1 ", endpoint, "")).isEqualTo(new AwsRegion("eu-central-1", "region"));
    }

    @ParameterizedTest
    @CsvSource({
        "https://bedrock-runtime.ap-south-1.amazonaws.com/, ap-south-1",
        "https://bedrock-runtime-fips.us-gov-west-1.amazonaws.com, us-gov-west-1",
        "https://bedrock-runtime.us-west-2.api.aws, us-west-2",
        "https://bedrock-runtime.cn-north-1.amazonaws.com.cn, cn-north-1",
        "https://vpce-0a1b-2c.bedrock-runtime.eu-west-1.vpce.amazonaws.com, eu-west-1",
        "https://bedrock.eu-west-1.amazonaws.com, eu-west-1",
        "https://bedrock-runtime.eu-west-1.amazonaws.com.evil.example, us-east-1",
        "https://s3.eu-west-1.amazonaws.com, us-east-1",
        "https://gateway.example/bedrock-runtime.eu-west-1.amazonaws.com, us-east-1",
    })
    void theRegionIsReadFromAnAwsHost(String endpoint, String region) {
        assertThat(resolve("", endpoint, "").name()).isEqualTo(region);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "us east 1",
                "us-east-1.evil.example",
                "us-east-1/",
                "US-EAST-1",
                "a@b",
                "-a",
                "a-",
                "é",
                "#",
                "%41"
            })
    void namesThatWouldChangeTheHostAreRejected(String region) {
        assertThat(AwsRegion.isName(region)).isFalse();
        assertFails(Kind.CONFIGURATION, () -> resolve(region, "", ""))
                .isEqualTo("region: '" + region + "' is not the name of an AWS region such as us-east-1.");
        fake.set("AWS_REGION", region);
        assertFails(Kind.CONFIGURATION, () -> resolve("", "", "")).startsWith("AWS_REGION: ");
    }

    @Test
    void aProfileWithoutARegionAndAMissingProfileAreSkipped() {
        fake.file(".aws/config", "[default]", "output=json");
        assertThat(resolve("", "", "").from()).isEqualTo("default");
        assertThat(resolve("", "", "absent").from()).isEqualTo("default");
    }
}
