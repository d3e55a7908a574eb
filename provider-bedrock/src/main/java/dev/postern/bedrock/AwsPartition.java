package dev.postern.bedrock;

import java.net.URI;
import java.util.List;
import java.util.Locale;

/**
 * One of AWS's separate clouds: which regions it has, and how its hosts end.
 *
 * @param prefix how the names of its regions begin
 * @param suffix how its hosts end
 * @param dualStackSuffix how those end that have IPv6 addresses, too
 */
record AwsPartition(String prefix, String suffix, String dualStackSuffix) {
    /** The first prefix that fits counts. */
    private static final List<AwsPartition> ALL = List.of(
            new AwsPartition("cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"),
            new AwsPartition("eusc-", "amazonaws.eu", "api.amazonwebservices.eu"),
            new AwsPartition("us-iso-", "c2s.ic.gov", "api.aws.ic.gov"),
            new AwsPartition("us-isob-", "sc2s.sgov.gov", "api.aws.scloud"),
            new AwsPartition("us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"),
            new AwsPartition("eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"),
            new AwsPartition("us-gov-", "amazonaws.com", "api.aws"),
            new AwsPartition("", "amazonaws.com", "api.aws"));

    /** The partition of a region; the public cloud for regions that nobody has heard of. */
    static AwsPartition of(String region) {
        for (AwsPartition each : ALL) {
            if (region.startsWith(each.prefix)) {
                return each;
            }
        }
        throw new IllegalStateException("the last prefix fits each region");
    }

    /** Whether a host is one of AWS's own, in any partition. */
    static boolean owns(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        for (AwsPartition each : ALL) {
            if (lower.endsWith("." + each.suffix) || lower.endsWith("." + each.dualStackSuffix)) {
                return true;
            }
        }
        return false;
    }

    /** Where a service is in a region. */
    URI endpoint(String service, String region, boolean fips, boolean dualStack) {
        boolean already = service.equals("sts") && prefix.equals("us-gov-"); // FIPS without saying so
        return URI.create("https://" + service + (fips && !already ? "-fips." : ".") + region + "."
                + (dualStack ? dualStackSuffix : suffix));
    }
}
