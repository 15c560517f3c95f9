import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.jena.query.Dataset;
import org.apache.jena.query.DatasetFactory;
import org.apache.jena.query.Query;
import org.apache.jena.query.QueryExecution;
import org.apache.jena.query.QueryExecutionFactory;
import org.apache.jena.query.QueryFactory;
import org.apache.jena.query.ResultSetFormatter;
import org.apache.jena.rdf.model.Model;
import org.apache.jena.rdf.model.ModelFactory;
import org.apache.jena.riot.Lang;
import org.apache.jena.riot.RDFDataMgr;
import org.apache.jena.sparql.core.DatasetDescription;
import org.apache.jena.sparql.core.DynamicDatasets;

/** Answers queries by Jena ARQ over named graphs in memory: the least of the two protocols that a test needs. */
public final class Jena {
    private static final Dataset DATA = DatasetFactory.createGeneral();

    public static void main(String[] args) throws Exception {
        InetSocketAddress place = new InetSocketAddress(InetAddress.getLoopbackAddress(), Integer.parseInt(args[0]));
        HttpServer server = HttpServer.create(place, 0);
        server.createContext("/", exchange -> {
            try {
                answer(exchange);
            } catch (Exception error) {
                send(exchange, 400, "text/plain", String.valueOf(error).getBytes(StandardCharsets.UTF_8));
            }
        });
        server.start();
    }

    private static synchronized void answer(HttpExchange exchange) throws Exception {
        byte[] body = exchange.getRequestBody().readAllBytes();
        Map<String, List<String>> given = new HashMap<>();
        read(given, exchange.getRequestURI().getRawQuery());
        if (exchange.getRequestMethod().equals("PUT")) {
            Model model = ModelFactory.createDefaultModel();
            RDFDataMgr.read(model, new java.io.ByteArrayInputStream(body), Lang.TURTLE);
            DATA.replaceNamedModel(given.get("graph").get(0), model);
            send(exchange, 204, null, new byte[0]);
            return;
        }
        read(given, new String(body, StandardCharsets.UTF_8));
        Query query = QueryFactory.create(given.get("query").get(0));
        List<String> graphs = given.getOrDefault("default-graph-uri", new ArrayList<>());
        List<String> named = given.getOrDefault("named-graph-uri", new ArrayList<>());
        if (graphs.isEmpty()) {
            DATA.listNames().forEachRemaining(graphs::add);
            named = graphs;
        }
        Dataset seen = DynamicDatasets.dynamicDataset(DatasetDescription.create(graphs, named), DATA, false);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (QueryExecution run = QueryExecutionFactory.create(query, seen)) {
            if (query.isAskType()) {
                ResultSetFormatter.outputAsJSON(out, run.execAsk());
            } else if (query.isSelectType()) {
                ResultSetFormatter.outputAsJSON(out, run.execSelect());
            } else {
                RDFDataMgr.write(out, query.isConstructType() ? run.execConstruct() : run.execDescribe(), Lang.NTRIPLES);
                send(exchange, 200, "application/n-triples", out.toByteArray());
                return;
            }
        }
        send(exchange, 200, "application/sparql-results+json", out.toByteArray());
    }

    private static void read(Map<String, List<String>> given, String text) {
        for (String part : text == null ? new String[0] : text.split("&")) {
            String[] pair = part.split("=", 2);
            if (pair.length == 2) {
                String value = URLDecoder.decode(pair[1], StandardCharsets.UTF_8);
                given.computeIfAbsent(pair[0], key -> new ArrayList<>()).add(value);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, String kind, byte[] body) throws java.io.IOException {
        if (kind != null) {
            exchange.getResponseHeaders().set("Content-Type", kind);
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
