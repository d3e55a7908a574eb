package dev.postern.bedrock;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The named settings in AWS's two files, {@code ~/.aws/config} and {@code ~/.aws/credentials}. */
final class AwsProfiles {
    private static final String DEFAULT = "default";

    private final Path config;
    private final Path credentials;
    private final Map<String, Map<String, String>> profiles = new LinkedHashMap<>();

    private AwsProfiles(Path config, Path credentials) {
        this.config = config;
        this.credentials = credentials;
    }

    /** Reads both files, of which either may be missing. */
    static AwsProfiles read(Surroundings here) {
        AwsProfiles read = new AwsProfiles(
                file(here, "AWS_CONFIG_FILE", "config"), file(here, "AWS_SHARED_CREDENTIALS_FILE", "credentials"));
        Map<String, Map<String, String>> sections = sections(read.config);
        sections.forEach((section, fields) -> {
            String name = section.startsWith("profile ") ? unquoted(section.substring("profile ".length())) : "";
            if (!name.isEmpty()) {
                read.profiles.put(name, new LinkedHashMap<>(fields));
            }
        });
        if (sections.containsKey(DEFAULT)) { // of which [profile default] would be the proper spelling
            read.profiles.putIfAbsent(DEFAULT, new LinkedHashMap<>(sections.get(DEFAULT)));
        }
        sections(read.credentials)
                .forEach((name, fields) -> read.profiles
                        .computeIfAbsent(unquoted(name), none -> new LinkedHashMap<>())
                        .putAll(fields));
        return read;
    }

    /** The profile that holds: the configured one, that of {@code AWS_PROFILE}, or {@code default}. */
    static String nameOf(Surroundings here, String configured) {
        if (!configured.isBlank()) {
            return configured.trim();
        }
        String named =
                here.variable("AWS_PROFILE").isEmpty() ? here.property("aws.profile") : here.variable("AWS_PROFILE");
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

    /** Where they are read from, for people. */
    String where() {
        return credentials + " or " + config;
    }

    private static Path file(Surroundings here, String variable, String usual) {
        String named = here.variable(variable);
        return named.isEmpty() ? here.home().resolve(".aws").resolve(usual) : here.path(named);
    }

    private static Map<String, Map<String, String>> sections(Path file) {
        return Files.isRegularFile(file)
                ? ProfileFile.sections(Surroundings.read(file, "The AWS profile file"), file)
                : Map.of();
    }

    private static String unquoted(String name) {
        String bare = name.strip();
        boolean quoted = bare.length() > 1 && "\"'".indexOf(bare.charAt(0)) >= 0 && bare.endsWith(bare.substring(0, 1));
        return quoted ? bare.substring(1, bare.length() - 1) : bare;
    }
}
