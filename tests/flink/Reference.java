// Reference -- runs the cases of cases.tsv in Apache Flink and records its results; see README.md in this folder.
//
//   java -cp 'LIBS/*:.' Reference FOLDER [CASE ...]
//
// Reads FOLDER/cases.tsv and the inputs it names, writes FOLDER/expected/NAME.tsv: rows
// "row START END KEY COUNT SUM MIN MAX" in the order in which Flink emits them, and "late TS KEY VALUE".
// There is one parallel instance and a watermark after every event, so that no result depends on timing.
import java.nio.file.*;
import java.time.*;
import java.util.*;
import org.apache.flink.api.common.eventtime.*;
import org.apache.flink.api.common.typeinfo.*;
import org.apache.flink.api.java.tuple.Tuple3;
import org.apache.flink.configuration.*;
import org.apache.flink.streaming.api.datastream.*;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.functions.windowing.ProcessWindowFunction;
import org.apache.flink.streaming.api.windowing.assigners.*;
import org.apache.flink.streaming.api.windowing.windows.TimeWindow;
import org.apache.flink.table.api.*;
import org.apache.flink.table.api.bridge.java.StreamTableEnvironment;
import org.apache.flink.types.Row;
import org.apache.flink.util.*;

public class Reference {
	/** One line of cases.tsv. Times in milliseconds. */
	record Case(String name, String input, String kind, long size, long advance, long offset, long delay, long lateness,
			String zone) implements java.io.Serializable {
		static Case of(String line) {
			String[] f = line.split("\t");
			return new Case(f[0], f[1], f[2], Long.parseLong(f[3]), Long.parseLong(f[4]), Long.parseLong(f[5]),
					Long.parseLong(f[6]), Long.parseLong(f[7]), f[8]);
		}
	}

	/** W = greatest event time - delay - 1, sent after every event. */
	static class EveryEvent implements WatermarkGenerator<Tuple3<Long, String, Long>> {
		final long delay;
		long max = Long.MIN_VALUE;

		EveryEvent(long delay) {
			this.delay = delay;
		}

		public void onEvent(Tuple3<Long, String, Long> e, long ts, WatermarkOutput out) {
			max = Math.max(max, ts);
			out.emitWatermark(new Watermark(max - delay - 1));
		}

		public void onPeriodicEmit(WatermarkOutput out) {
		}
	}

	static class Rows extends ProcessWindowFunction<Tuple3<Long, String, Long>, String, String, TimeWindow> {
		public void process(String key, Context c, Iterable<Tuple3<Long, String, Long>> events, Collector<String> out) {
			long n = 0, sum = 0, min = Long.MAX_VALUE, max = Long.MIN_VALUE;
			for (Tuple3<Long, String, Long> e : events) {
				n++;
				sum += e.f2;
				min = Math.min(min, e.f2);
				max = Math.max(max, e.f2);
			}
			out.collect(String.join("\t", "row", "" + c.window().getStart(), "" + c.window().getEnd(), key, "" + n,
					"" + sum, "" + min, "" + max));
		}
	}

	static WindowAssigner<Object, TimeWindow> assigner(Case c) {
		return switch (c.kind) {
		case "tumbling" -> TumblingEventTimeWindows.of(Duration.ofMillis(c.size), Duration.ofMillis(c.offset));
		case "hopping" -> SlidingEventTimeWindows.of(Duration.ofMillis(c.size), Duration.ofMillis(c.advance),
				Duration.ofMillis(c.offset));
		case "session" -> EventTimeSessionWindows.withGap(Duration.ofMillis(c.size));
		default -> throw new IllegalArgumentException(c.kind);
		};
	}

	static List<Tuple3<Long, String, Long>> events(Path file) throws Exception {
		List<Tuple3<Long, String, Long>> out = new ArrayList<>();
		for (String line : Files.readAllLines(file)) {
			String[] f = line.split("\t", -1);
			out.add(Tuple3.of(Long.parseLong(f[0]), f[1], Long.parseLong(f[2])));
		}
		return out;
	}

	static DataStream<Tuple3<Long, String, Long>> source(StreamExecutionEnvironment env, Case c, Path folder)
			throws Exception {
		return env.fromData(events(folder.resolve("inputs").resolve(c.input)), Types.TUPLE(Types.LONG, Types.STRING, Types.LONG))
				.assignTimestampsAndWatermarks(WatermarkStrategy
						.<Tuple3<Long, String, Long>>forGenerator(x -> new EveryEvent(c.delay))
						.withTimestampAssigner((e, old) -> e.f0));
	}

	static List<String> stream(StreamExecutionEnvironment env, Case c, Path folder) throws Exception {
		OutputTag<Tuple3<Long, String, Long>> tag = new OutputTag<>("late",
				Types.TUPLE(Types.LONG, Types.STRING, Types.LONG));
		SingleOutputStreamOperator<String> rows = source(env, c, folder).keyBy(e -> e.f1).window(assigner(c))
				.allowedLateness(Duration.ofMillis(c.lateness)).sideOutputLateData(tag).process(new Rows());
		DataStream<String> late = rows.getSideOutput(tag)
				.map(e -> "late\t" + e.f0 + "\t" + e.f1 + "\t" + e.f2).returns(Types.STRING);
		List<String> out = new ArrayList<>();
		try (CloseableIterator<String> it = rows.union(late).executeAndCollect()) {
			it.forEachRemaining(out::add);
		}
		return out;
	}

	static String interval(long ms) {
		return "INTERVAL '" + ms / 1000 + "' SECOND(10)";
	}

	/** SQL's window functions: cumulating windows and time zones. SQL's watermarks are periodic, so no event is late. */
	static List<String> sql(StreamExecutionEnvironment env, Case c, Path folder) throws Exception {
		StreamTableEnvironment t = StreamTableEnvironment.create(env);
		ZoneId zone = ZoneId.of(c.zone);
		t.getConfig().setLocalTimeZone(zone);
		t.createTemporaryView("events", source(env, c, folder),
				Schema.newBuilder().columnByExpression("rt", "TO_TIMESTAMP_LTZ(f0, 3)")
						.watermark("rt", "rt - INTERVAL '1' DAY").build());
		String function = c.kind.equals("sql-tumbling") ? "TUMBLE(TABLE events, DESCRIPTOR(rt), " + interval(c.size) + ")"
				: "CUMULATE(TABLE events, DESCRIPTOR(rt), " + interval(c.advance) + ", " + interval(c.size) + ")";
		List<String> out = new ArrayList<>();
		try (CloseableIterator<Row> it = t.executeSql("SELECT window_start, window_end, f1, COUNT(*), SUM(f2), MIN(f2), MAX(f2) "
				+ "FROM TABLE(" + function + ") GROUP BY window_start, window_end, f1").collect()) {
			while (it.hasNext()) {
				Row r = it.next();
				long start = ((LocalDateTime) r.getField(0)).atZone(zone).toInstant().toEpochMilli();
				long end = ((LocalDateTime) r.getField(1)).atZone(zone).toInstant().toEpochMilli();
				out.add(String.join("\t", "row", "" + start, "" + end, "" + r.getField(2), "" + r.getField(3),
						"" + r.getField(4), "" + r.getField(5), "" + r.getField(6)));
			}
		}
		return out;
	}

	public static void main(String[] args) throws Exception {
		Path folder = Path.of(args[0]);
		Configuration conf = new Configuration();
		conf.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
		Files.createDirectories(folder.resolve("expected"));
		for (String line : Files.readAllLines(folder.resolve("cases.tsv"))) {
			if (line.startsWith("#"))
				continue;
			Case c = Case.of(line);
			if (args.length > 1 && !List.of(args).contains(c.name))
				continue;
			StreamExecutionEnvironment env = StreamExecutionEnvironment.createLocalEnvironment(1, conf);
			List<String> out = c.kind.startsWith("sql-") ? sql(env, c, folder) : stream(env, c, folder);
			Files.write(folder.resolve("expected").resolve(c.name + ".tsv"), out);
			System.out.println(c.name + ": " + out.size() + " lines");
		}
	}
}
