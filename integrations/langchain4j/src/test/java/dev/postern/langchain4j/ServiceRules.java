package dev.postern.langchain4j;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Questions of LangChain4j's tests of AI services, with the calls and the text that answer them. */
final class ServiceRules {
    private static final String KLAUS = "{\"name\": \"Klaus\", \"age\": 37, \"height\": 1.78, \"married\": false}";
    private static final String FRANNY = "{\"name\": \"Franny\", \"age\": 35, \"height\": 1.65, \"married\": true}";
    private static final String DATE = "{\"year\": 1976, \"month\": 8, \"day\": 12}";
    private static final String TIME = "{\"hour\": 14, \"minute\": 43, \"second\": 0, \"nano\": 0}";
    private static final Map<String, Object> KLAUS_MAP =
            Map.of("name", "Klaus", "age", 37, "height", 1.78, "married", false);

    /** The first rule that fits answers. */
    private static final List<Rule> RULES = List.of(
            // ---- tools
            rule("How much is 37 plus 87? How much is 73 plus 78?", "124 and 151")
                    .calling(call("add", 37, 87), call("add", 73, 78)),
            rule("37 plus 87", "37 + 87 = 124").calling(call("add", 37, 87)),
            rule("First add 2 and 3", "20").calling(call("add", 2, 3)).calling(call("multiply", 5, 4)),
            rule("Now add 47", "171").calling(call("add", 124, 47)),
            rule("Use 'process' tool to process the following: Klaus is 37", "Klaus is done.")
                    .calling(call("process", KLAUS_MAP)),
            rule("Klaus lives in Langley Falls", "Klaus is done.")
                    .calling(call("process", Map.of("name", "Klaus", "address", Map.of("city", "Langley Falls")))),
            rule("Use 'process' tool to process the following: Francine has 2 children", "Francine is done.")
                    .calling(call(
                            "process",
                            Map.of(
                                    "name",
                                    "Francine",
                                    "children",
                                    List.of(
                                            Map.of("name", "Steve", "children", List.of()),
                                            Map.of("name", "Hayley", "children", List.of()))))),
            rule("What is the time now?", "17:11:45").calling(call("currentTime")),
            rule("What is the date today?", "It is today.").calling(call("currentDate")),
            rule("temperature in Munich in celsius", "19 °C").calling(call("", "Munich", "CELSIUS")),
            rule("Klaus is 42 years old", "Klaus and Francine are done.")
                    .calling(call("process", Map.of("Klaus", 42, "Francine", 47))),
            rule("names: Klaus and Franny", "Klaus and Franny are done.").calling(call("", List.of("Klaus", "Franny"))),
            rule("people: Klaus and Franny", "Klaus and Franny are done.")
                    .calling(call("", List.of(Map.of("name", "Klaus"), Map.of("name", "Franny")))),
            rule("colors: RED and GREEN", "RED and GREEN are done.").calling(call("", List.of("RED", "GREEN"))),
            rule("integers: 37, 73", "37 and 73 are done.").calling(call("", List.of(37, 73))),
            rule("username with ID", "Alice").calling(call("", "62dbcc27-aaf3-449a-b12d-5a904271a57f")),
            rule("Call tool 'modify'", "It is modified.").calling(call("modify", 7)),
            rule("weather in Munich", "WeatherReport", "{\"city\": \"Munich\", \"weather\": \"SUNNY\"}")
                    .calling(call("getWeather", "Munich")),
            rule("what animal is in the photo and what is its name", "A cat named Whiskers.")
                    .calling(call("takePhoto")),
            rule("what animal is in the photo", "Cat").calling(call("takePhoto")),
            // ---- structured answers
            rule("capital of Germany", "Berlin is the capital of Germany."),
            rule("Text: 'Klaus'", "{\"name\": \"Klaus\"}"),
            rule(
                    "delivery to Langley Falls",
                    "{\"name\": \"Klaus\", \"shippingAddress\": {\"city\": \"Langley Falls\"},"
                            + " \"billingAddress\": {\"city\": \"New York\"}}"),
            rule("text: Klaus is single", "{\"name\": \"Klaus\", \"maritalStatus\": \"SINGLE\"}"),
            rule("likes orange", "{\"name\": \"Klaus\", \"favouriteColors\": [\"orange\", \"green\"]}"),
            rule("has 2 pets", "{\"name\": \"Klaus\", \"pets\": [{\"name\": \"Peanut\"}, {\"name\": \"Muffin\"}]}"),
            rule("groups A and C", "{\"name\": \"Klaus\", \"groups\": [\"A\", \"C\"]}"),
            rule(
                    "12th of August 1976",
                    "{\"name\": \"Klaus\", \"birthDate\": " + DATE + ", \"birthTime\": " + TIME
                            + ", \"birthDateTime\": {\"date\": " + DATE + ", \"time\": " + TIME + "}}"),
            rule(
                    "Francine has 2 children",
                    "{\"name\": \"Francine\", \"children\": [{\"name\": \"Steve\","
                            + " \"children\": []}, {\"name\": \"Hayley\", \"children\": []}]}"),
            rule("567b229a", "{\"id\": \"567b229a-6b0a-4f1e-9006-448cd9dfbfda\", \"name\": \"Klaus\"}"),
            rule("Klaus", "boolean", "{\"value\": true}"),
            rule("Klaus", "integer", "{\"value\": 2}"),
            rule("coldest month", "{\"value\": -0.5}"),
            rule("Franny", "List_of_Person", "{\"values\": [" + KLAUS + ", " + FRANNY + "]}"),
            rule("Franny", "Set_of_Person", "{\"values\": [" + KLAUS + ", " + FRANNY + "]}"),
            rule(
                    "Klaus and Francine",
                    "List_of_Person",
                    "{\"values\": [{\"name\": \"Klaus\"}, {\"name\": \"Francine\"}]}"),
            rule("Franny", "List_of_String", "{\"values\": [\"Klaus\", \"Franny\"]}"),
            rule("Franny", "Set_of_String", "{\"values\": [\"Klaus\", \"Franny\"]}"),
            rule("Klaus", "MaritalStatus", "{\"value\": \"SINGLE\"}"),
            rule("Staniel", "List_of_MaritalStatus", "{\"values\": [\"SINGLE\", \"MARRIED\", \"MARRIED\"]}"),
            rule("weather in Berlin", "{\"values\": [\"SUNNY\", \"WINDY\", \"RAINY\", \"CLOUDY\"]}"),
            rule("Klaus is 37 years old, 1.78m height and single", "Person", KLAUS),
            rule("Klaus", "Person", "{\"name\": \"Klaus\"}"),
            rule(
                    "Rex is a Labrador dog",
                    "{\"value\": {\"type\": \"Dog\", \"name\": \"Rex\", \"breed\": \"Labrador\"}}"),
            rule(
                    "Whiskers is an indoor cat",
                    "{\"values\": [{\"type\": \"Dog\", \"name\": \"Rex\", \"breed\": \"Labrador\"},"
                            + " {\"type\": \"Cat\", \"name\": \"Whiskers\", \"indoor\": true}]}"),
            rule(
                    "Alice owns",
                    "{\"name\": \"Alice\", \"pet\": {\"type\": \"Dog\", \"name\": \"Rex\","
                            + " \"breed\": \"Labrador\"}}"),
            rule(
                    "1+2+3",
                    "{\"value\": {\"type\": \"Addition\", \"left\": {\"type\": \"Addition\","
                            + " \"left\": {\"type\": \"Constant\", \"value\": 1}, \"right\": {\"type\": \"Constant\", \"value\": 2}},"
                            + " \"right\": {\"type\": \"Constant\", \"value\": 3}}}"));

    private ServiceRules() {}

    /** A call of a tool; of the only one, if it has no name here. */
    record Call(String tool, List<Object> arguments) {}

    /** A question by a part of it, perhaps with the name of a schema; the calls of each turn; the text after them. */
    record Rule(String question, String schema, List<List<Call>> turns, String text) {
        Rule calling(Call... calls) {
            List<List<Call>> all = new ArrayList<>(turns);
            all.add(List.of(calls));
            return new Rule(question, schema, all, text);
        }

        /** Whether the text is true only for a model that got an image. */
        boolean seesPhoto() {
            return question.contains("photo");
        }

        boolean fits(String asked, String schemaName) {
            return asked.contains(question) && (schema.isEmpty() || schema.equals(schemaName));
        }
    }

    static Rule of(String question, String schemaName) {
        return RULES.stream()
                .filter(rule -> rule.fits(question, schemaName))
                .findFirst()
                .orElseThrow(
                        () -> new AssertionError("no rule for '" + question + "' with schema '" + schemaName + "'"));
    }

    private static Rule rule(String question, String text) {
        return rule(question, "", text);
    }

    private static Rule rule(String question, String schema, String text) {
        return new Rule(question, schema, List.of(), text);
    }

    private static Call call(String tool, Object... arguments) {
        return new Call(tool, Arrays.asList(arguments));
    }
}
