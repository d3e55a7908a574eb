package dev.postern.bedrock;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * A partition of AWS, such as the public cloud or the cloud in China.
 *
 * @param prefix the prefix of its region names; the first partition with a matching prefix applies
 * @param suffix the domain of its hosts
 * @param dualStackSuffix the domain of its hosts that have IPv4 and IPv6 addresses
 */
record AwsPartition(String prefix, String suffix, String dualStackSuffix) {
    private static final List<AwsPartition> ALL = List.of(
            new AwsPartition("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
            new AwsPartition("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
            new AwsPartition("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
            new AwsPartition("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
            new AwsPartition("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
            new AwsPartition("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
            new AwsPartition("us-gov-", "amazonaws.com", "api.aws"),
            new AwsPartition("", "amazonaws.com", "api.aws"));

    /** The partition of a region; the public cloud for unknown regions. */
    static AwsPartition of(String region) {
        for (AwsPartition each : ALL) {
            if (region.startsWith(each.prefix)) {
                return each;
            }
        }
        throw new IllegalStateException("the last prefix matches every region");
    }

    /** Whether a host belongs to AWS, in any partition. */
    static boolean owns(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        for (AwsPartition each : ALL) {
            if (lower.endsWith("." + each.suffix) || lower.endsWith("." + each.dualStackSuffix)) {
                return true;
            }
        }
        return false;
    }

    /** The address of a service in a region. */
    URI endpoint(String service, String region, boolean fips, boolean dualStack) {
        boolean already = service.equals("sts") && prefix.equals("us-gov-"); // always FIPS, without "-fips" in the name
        return URI.create("https://" + service + (fips && !already ? "-fips." : ".") + region + "."
                + (dualStack ? dualStackSuffix : suffix));
    }
}
