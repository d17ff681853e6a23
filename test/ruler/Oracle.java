import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import software.amazon.event.ruler.Machine;
import software.amazon.event.ruler.MachineComplexityEvaluator;

/**
 * Asks Event Ruler. Reads lines of JSON, [pattern, event, ...] as texts, and answers each with a line: {"refusal": "..."}, or
 * {"matches": [true, ...]}, with an argument with "complexity" too. An event that Event Ruler throws for is null.
 */
public class Oracle {
    private static final int MAX_COMPLEXITY = 20;

    public static void main(String[] args) throws Exception {
        ObjectMapper mapper = new ObjectMapper();
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            ObjectNode answer = mapper.createObjectNode();
            ask(mapper.readTree(line), args.length > 0, answer);
            out.println(mapper.writeValueAsString(answer));
        }
    }

    private static void ask(JsonNode question, boolean countsComplexity, ObjectNode answer) {
        String pattern = question.get(0).asText();
        Machine machine = new Machine();
        try {
            machine.addRule("rule", pattern);
        } catch (Exception error) {
            answer.put("refusal", String.valueOf(error.getMessage()));
            return;
        }
        ArrayNode matches = answer.putArray("matches");
        for (int at = 1; at < question.size(); at += 1) {
            try {
                matches.add(!machine.rulesForJSONEvent(question.get(at).asText()).isEmpty());
            } catch (Exception error) {
                matches.addNull();
            }
        }
        if (countsComplexity) {
            answer.put("complexity", machine.evaluateComplexity(new MachineComplexityEvaluator(MAX_COMPLEXITY)));
        }
    }
}
