import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.NumericDocValues;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.search.TopScoreDocCollector;
import org.apache.lucene.search.similarities.BM25Similarity;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.util.QueryBuilder;
import org.apache.lucene.util.Version;

/**
 * Lucene as a peer. `build PAPERS FOLDER text|fields [everything]` indexes lines of key, title, abstract,
 * authors, categories and year, and prints the seconds; with `everything`, authors and year are words of the text as well. `ask FOLDER any|all|count|fields` reads lines of limit, kind, words, category and
 * year up to an empty one, answers them in a row, and then prints a line for each: nanoseconds, processor nanoseconds
 * (of the whole row, divided by the number of its queries), hits counted and the keys. Columns end at tabs, lists are
 * separated by U+001F. Times are measured in here, from the words to the keys, so that pipes cost nothing.
 */
public final class Peer {
  private static final String LIST = "\u001f";
  private static final BM25Similarity BM25 = new BM25Similarity(1.2f, 0.75f);
  private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);

  public static void main(String[] args) throws IOException {
    switch (args[0]) {
      case "version":
        OUT.println(Version.LATEST);
        break;
      case "build":
        OUT.println(build(Paths.get(args[1]), Paths.get(args[2]), args[3], args.length > 4));
        break;
      default:
        new Asked(Paths.get(args[1]), args[2]).answer();
    }
  }

  /** Writes an index on one thread; merges run alongside it, as is Lucene's way. */
  private static double build(Path papers, Path folder, String layout, boolean everything)
      throws IOException {
    List<String[]> lines = new ArrayList<>();
    try (BufferedReader reader = Files.newBufferedReader(papers)) {
      for (String line; (line = reader.readLine()) != null; ) lines.add(line.split("\t", -1));
    }
    long started = System.nanoTime();
    IndexWriterConfig config = new IndexWriterConfig(new EnglishAnalyzer());
    config.setSimilarity(BM25);
    config.setRAMBufferSizeMB(256);
    try (MMapDirectory directory = new MMapDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      for (String[] line : lines) {
        Document document = new Document();
        document.add(new NumericDocValuesField("key", Long.parseLong(line[0])));
        String body = line[2];
        if (everything) body += "\n" + line[3].replace(LIST, "\n") + "\n" + line[5];
        if (layout.equals("text")) {
          document.add(new TextField("text", line[1] + "\n" + body, Field.Store.NO));
        } else {
          document.add(new TextField("title", line[1], Field.Store.NO));
          document.add(new TextField("abstract", body, Field.Store.NO));
        }
        for (String author : line[3].split(LIST))
          document.add(new TextField("authors", author, Field.Store.NO));
        for (String category : line[4].split(LIST))
          document.add(new StringField("category", category, Field.Store.NO));
        document.add(new StringField("year", line[5], Field.Store.NO));
        writer.addDocument(document);
      }
      writer.commit();
    }
    return (System.nanoTime() - started) / 1e9;
  }

  /** An open index and the mode it is queried in. */
  private static final class Asked {
    private final String mode;
    private final IndexSearcher searcher;
    private final QueryBuilder builder;

    Asked(Path folder, String mode) throws IOException {
      this.mode = mode;
      Analyzer analyzer = new EnglishAnalyzer();
      searcher = new IndexSearcher(DirectoryReader.open(new MMapDirectory(folder)));
      searcher.setSimilarity(BM25);
      builder = new QueryBuilder(analyzer);
    }

    void answer() throws IOException {
      OUT.println("ready");
      BufferedReader reader = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      ThreadMXBean threads = ManagementFactory.getThreadMXBean();
      List<String[]> run = new ArrayList<>();
      for (String line; (line = reader.readLine()) != null; ) {
        if (!line.isEmpty()) {
          run.add(line.split("\t", -1));
          continue;
        }
        int count = run.size();
        long[] took = new long[count];
        long[] hits = new long[count];
        long[][] keys = new long[count][0];
        long before = threads.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
          long started = System.nanoTime();
          Query query = query(run.get(i));
          if (query != null) {
            TopDocs found = search(query, Integer.parseInt(run.get(i)[0]));
            keys[i] = keys(found.scoreDocs);
            hits[i] = found.totalHits.value;
          }
          took[i] = System.nanoTime() - started;
        }
        long cpu = (threads.getCurrentThreadCpuTime() - before) / count;
        StringBuilder answer = new StringBuilder();
        for (int i = 0; i < count; i++) {
          answer.append(took[i]).append('\t').append(cpu).append('\t').append(hits[i]).append('\t');
          for (int k = 0; k < keys[i].length; k++) answer.append(k == 0 ? "" : " ").append(keys[i][k]);
          answer.append('\n');
        }
        OUT.print(answer);
        OUT.flush();
        run.clear();
      }
    }

    private TopDocs search(Query query, int limit) throws IOException {
      if (!mode.equals("count")) return searcher.search(query, limit);
      TopScoreDocCollector all = TopScoreDocCollector.create(limit, Integer.MAX_VALUE);
      searcher.search(query, all);
      return all.topDocs();
    }

    private Query query(String[] asked) {
      boolean phrase = asked[1].equals("phrase");
      Query words;
      if (mode.equals("fields")) {
        Query title = words("title", asked[2], phrase);
        Query body = words("abstract", asked[2], phrase);
        if (title == null || body == null) return null;
        words =
            new BooleanQuery.Builder()
                .add(new BoostQuery(title, 2.5f), Occur.SHOULD)
                .add(body, Occur.SHOULD)
                .build();
      } else {
        words = words("text", asked[2], phrase);
      }
      if (words == null || (asked[3].isEmpty() && asked[4].isEmpty())) return words;
      BooleanQuery.Builder filtered = new BooleanQuery.Builder().add(words, Occur.MUST);
      if (!asked[3].isEmpty()) filtered.add(new TermQuery(new Term("category", asked[3])), Occur.FILTER);
      if (!asked[4].isEmpty()) filtered.add(new TermQuery(new Term("year", asked[4])), Occur.FILTER);
      return filtered.build();
    }

    private Query words(String field, String text, boolean phrase) {
      if (phrase) return builder.createPhraseQuery(field, text);
      Query any = builder.createBooleanQuery(field, text, Occur.SHOULD);
      if (!mode.equals("all") || !(any instanceof BooleanQuery)) return any;
      BooleanQuery.Builder most = new BooleanQuery.Builder();
      int count = ((BooleanQuery) any).clauses().size();
      ((BooleanQuery) any).clauses().forEach(most::add);
      // As many of the words as our engine requires.
      return most.setMinimumNumberShouldMatch(count <= 3 ? count : (count * 3 + 4) / 5).build();
    }

    private long[] keys(ScoreDoc[] found) throws IOException {
      List<LeafReaderContext> leaves = searcher.getIndexReader().leaves();
      long[] keys = new long[found.length];
      for (int i = 0; i < found.length; i++) {
        LeafReaderContext leaf = leaves.get(ReaderUtil.subIndex(found[i].doc, leaves));
        NumericDocValues values = leaf.reader().getNumericDocValues("key");
        values.advanceExact(found[i].doc - leaf.docBase);
        keys[i] = values.longValue();
      }
      return keys;
    }
  }
}
