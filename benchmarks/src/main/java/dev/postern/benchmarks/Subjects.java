package dev.postern.benchmarks;

import java.util.List;
import java.util.Set;

/** The names of all subjects. In each list, the floor is the first one. */
final class Subjects {
    static final List<String> OPENAI = List.of(
            "floor",
            "floor-selector",
            "parser",
            "postern",
            "postern-plain",
            "postern-loop",
            "postern-reactor",
            "postern-listener",
            "openai-java",
            "langchain4j",
            "langchain4j-postern",
            "spring-ai",
            "spring-ai-postern");

    static final List<String> BEDROCK =
            List.of("floor-bedrock", "parser-bedrock", "postern-bedrock", "aws-netty", "aws-crt");

    /** They differ from another subject in streams that are warm, not in a cold start. */
    static final Set<String> NOT_COLD =
            Set.of("floor-selector", "postern-plain", "postern-loop", "postern-reactor", "postern-listener");

    private Subjects() {}
}
