package dev.postern.bedrock;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The profiles of AWS's two files, {@code ~/.aws/config} and {@code ~/.aws/credentials}. */
final class AwsProfiles {
    private static final String DEFAULT = "default";

    private final Path config;
    private final Path credentials;
    private final Map<String, Map<String, String>> profiles = new LinkedHashMap<>();

    private AwsProfiles(Path config, Path credentials) {
        this.config = config;
        this.credentials = credentials;
    }

    /** Reads both files. A missing file is empty. */
    static AwsProfiles read(AwsEnvironment environment) {
        AwsProfiles read = new AwsProfiles(
                file(environment, "AWS_CONFIG_FILE", "config"),
                file(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials"));
        Map<String, Map<String, String>> sections = sections(read.config);
        sections.forEach((section, fields) -> {
            String name = section.startsWith("profile ") ? unquoted(section.substring("profile ".length())) : "";
            if (!name.isEmpty()) {
                read.profiles.put(name, new LinkedHashMap<>(fields));
            }
        });
        if (sections.containsKey(DEFAULT)) { // [profile default] has precedence
            read.profiles.putIfAbsent(DEFAULT, new LinkedHashMap<>(sections.get(DEFAULT)));
        }
        sections(read.credentials)
                .forEach((name, fields) -> read.profiles
                        .computeIfAbsent(unquoted(name), none -> new LinkedHashMap<>())
                        .putAll(fields));
        return read;
    }

    /**
     * The name of the profile to use: the configured one, else {@code AWS_PROFILE}, else the system property {@code
     * aws.profile}, else {@code default}.
     */
    static String nameOf(AwsEnvironment environment, String configured) {
        if (!configured.isBlank()) {
            return configured.trim();
        }
        String named = environment.variable("AWS_PROFILE").isEmpty()
                ? environment.property("aws.profile")
                : environment.variable("AWS_PROFILE");
        return named.isEmpty() ? DEFAULT : named;
    }

    boolean has(String profile) {
        return profiles.containsKey(profile);
    }

    /** A field of a profile; empty if there is no such field or profile. */
    String field(String profile, String name) {
        return profiles.getOrDefault(profile, Map.of()).getOrDefault(name, "");
    }

    /** The names of all profiles. */
    Set<String> names() {
        return profiles.keySet();
    }

    /** The paths of both files, for messages. */
    String files() {
        return credentials + " or " + config;
    }

    private static Path file(AwsEnvironment environment, String variable, String defaultName) {
        String named = environment.variable(variable);
        return named.isEmpty() ? environment.home().resolve(".aws").resolve(defaultName) : environment.path(named);
    }

    private static Map<String, Map<String, String>> sections(Path file) {
        return Files.isRegularFile(file)
                ? ProfileFile.sections(AwsEnvironment.read(file, "The AWS profile file"), file)
                : Map.of();
    }

    private static String unquoted(String name) {
        String bare = name.strip();
        boolean quoted = bare.length() > 1 && "\"'".indexOf(bare.charAt(0)) >= 0 && bare.endsWith(bare.substring(0, 1));
        return quoted ? bare.substring(1, bare.length() - 1) : bare;
    }
}
