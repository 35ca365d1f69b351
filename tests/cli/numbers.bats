# numbers.bats -- numbers of any length through sp-agg: what is only taken out keeps its digits.
load helpers

# events VALUE...: one event a second with x=VALUE.
events() {
	local i=0
	for v; do
		printf '{"ts":"2024-05-01T00:00:%02dZ","x":%s}\n' $((i++)) "$v"
	done
}

BIG=12345678901234567890123456789012345678901

@test "what is taken out keeps its digits, whatever stands beside it" {
	events 1.50 0.30 >e
	expect 0 '{"f":1.50,"l":0.30,"hi":1.50,"lo":0.30,"a":1.50,"c":[1.50,0.30],"am":0.30,"s":1.8}' '' -- \
		sp-agg 'f=first(.x)' 'l=last(.x)' 'hi=max(.x)' 'lo=min(.x)' 'a=any(.x)' 'c=collect(.x)' 'am=arg_min(.x, .x)' 's=sum(.x)' <e
	expect 0 '{"f":1.50}' '' -- sp-agg 'f=first(.x)' <e
}

@test "min and max of equal numbers: the first that came, also when slices of windows are merged" {
	events 7.00 1.50 1.5 15e-1 7 >e
	expect 0 '{"lo":1.50,"hi":7.00}' '' -- sp-agg 'lo=min(.x)' 'hi=max(.x)' <e
	sp-window --hopping 10s --advance 1s <e | sp-agg 'lo=min(.x)' 'hi=max(.x)' >rows
	expect 0 '{"window_start":"2024-05-01T00:00:00Z","window_end":"2024-05-01T00:00:10Z","lo":1.50,"hi":7.00}' '' -- \
		grep '"2024-05-01T00:00:00Z","window_end"' rows
}

@test "numbers of 41 digits, and beyond the greatest double, are compared by their exact value" {
	events $BIG ${BIG%1}2 ${BIG%1}0.5 $BIG.0 >e
	expect 0 "{\"lo\":${BIG%1}0.5,\"hi\":${BIG%1}2,\"d\":3,\"q\":2}" '' -- \
		sp-agg 'lo=min(.x)' 'hi=max(.x)' 'd=count_distinct(.x)' "q=count where .x == $BIG" <e
	events 1e400 2e400 20e399 -3e400 >e
	expect 0 '{"lo":-3e400,"hi":2e400,"d":3,"n":3,"m":1}' '' -- \
		sp-agg 'lo=min(.x)' 'hi=max(.x)' 'd=count_distinct(.x)' 'n=count where .x > 1e399' 'm=count where .x < -2e400' <e
}

@test "numbers of 41 digits, and beyond the greatest double, are different keys" {
	events $BIG ${BIG%1}2 $BIG >e
	expect 0 "{\"x\":$BIG,\"n\":2}
{\"x\":${BIG%1}2,\"n\":1}" '' -- sp-agg --by .x n=count <e
	events 1e400 2e400 10e399 >e
	expect 0 '{"x":1e400,"n":2}
{"x":2e400,"n":1}' '' -- sp-agg --by .x n=count <e
}

@test "--top ranks numbers by their exact value" {
	printf '{"k":"%s","x":%s}\n' a $BIG b ${BIG%1}3 c ${BIG%1}2 >e
	expect 0 "{\"k\":\"b\",\"m\":${BIG%1}3}
{\"k\":\"c\",\"m\":${BIG%1}2}" '' -- sp-agg --by .k 'm=max(.x)' --top 2 --order m <e
}

@test "an event whose value is not JSON is rejected wherever the value would reach a row" {
	local text function status
	printf '{"ts":"2024-05-01T00:00:01Z","a":7}\n' >good
	for text in '1\xff2' '1.2.3' '0123' '"\x01"' '"a rather long string \x1f"' '"\xff"' '"\\q"' 'nulx' 'trux' '[1,}]' '{"b":1x}'; do
		{ printf '{"ts":"2024-05-01T00:00:00Z","a":'"$text"'}\n'; cat good; } >e
		for function in first last any collect min max topk,1 collect_set count_distinct arg_max,.a; do
			[ "$text" != nulx ] || continue
			sp-agg "x=${function%,*}(.a${function#"${function%,*}"})" <e >out 2>err && status=0 || status=$?
			[ $status = 65 ] || { echo "$function of $text: status $status"; cat out err; return 1; }
			[[ $(cat out) != *[$'\x01\xff\x1f']* ]] || return 1
			grep -q '^sp-agg: standard input:1: ' err
		done
		expect 65 '{"a":7,"n":1}' '~sp-agg: standard input:1: *' -- sp-agg --by .a n=count <e
		expect 65 '{"ts":"2024-05-01T00:00:01Z","a":7,"n":1}' '~sp-agg: standard input:1: *' -- sp-agg --by .ts --by .a n=count <e
	done
}

@test "text that only begins like a number is never computed with" {
	printf '{"ts":"2024-05-01T00:00:0%dZ","a":%s}\n' 0 1x2 1 7 >e
	for x in 'sum(.a)' 'sum(.a + 0)' 'max(-(-.a))' 'sum(.a | floor)' 'median(.a)' 'sum(.a) where .a > 0' 'sum(.a) where .a > 0.5'; do
		expect 65 '{"x":7}' '~sp-agg: standard input:1: *' -- sp-agg "x=$x" <e
	done
}

@test "sums beyond the greatest double are written with an exponent, and stddev is rounded once" {
	events 1e308 1.5e308 >e
	expect 0 '{"s":2.5e+308,"a":1.25e+308,"d":5e+307}' '' -- sp-agg 's=sum(.x)' 'a=avg(.x)' 'd=delta(.x)' <e
	events -1e308 1e308 >e
	expect 0 '{"v":2e+616,"d":2e+308,"r":2e+308}' '' -- sp-agg 'v=var(.x)' 'd=delta(.x)' 'r=rate(.x)' <e
	events 0.1 0.2 1e308 -1e308 1e308 -1e308 >e
	expect 0 '{"sd":8.944271909999158e+307}' '' -- sp-agg 'sd=stddev(.x)' <e
	events ${BIG%1}2 -$BIG >e
	expect 0 '{"s":1}' '' -- sp-agg 's=sum(.x)' <e
}

@test "a number that no double can hold is rejected by functions of numbers, and nowhere else" {
	events 1e400 7 >e
	for f in sum avg median delta 'quantile(.x, 0.5)' approx_quantile,0.5 histogram,0,10,2; do
		name=${f%%,*} rest=${f#"$name"}
		case $f in quantile*) call=$f ;; *) call="$name(.x$rest)" ;; esac
		expect 65 '*' "sp-agg: standard input:1: v: $call: 1e400 is too large to compute with: the limit is 1.8e308" -- \
			sp-agg "v=$call" <e
	done
	expect 0 '{"n":2,"hi":1e400,"c":[1e400,7]}' '' -- sp-agg 'n=count(.x)' 'hi=max(.x)' 'c=collect(.x)' <e
}

@test "a key is shown as the first event of its group has it, in windows, slices and sessions" {
	printf '{"ts":"2024-05-01T00:00:%02dZ","k":%s,"j":%s}\n' 1 1.50 1 2 1.5 1.0 3 15e-1 1.00 34 1.5 2 35 1.50 2.0 >e
	expect 0 '{"k":1.50,"n":5}' '' -- sp-agg --by .k n=count <e
	expect 0 '{"j":1,"k":1.50,"n":3}
{"j":2,"k":1.5,"n":2}' '' -- sp-agg --by .j --by .k n=count <e
	expect 0 '{"k":1.50,"x":"a","n":5}' '' -- sp-agg --by .k --by 'x="a"' n=count <e
	for w in '--tumbling 20s' '--hopping 20s --advance 20s' '--cumulate 20s --advance 20s' '--tumbling 20s --lateness 5s'; do
		# shellcheck disable=SC2086
		sp-window $w <e | sp-agg --by .k n=count | sed 's/^.*"k"/"k"/' >rows
		expect 0 '"k":1.50,"n":3}
"k":1.5,"n":2}' '' -- cat rows
	done
	# The sessions of a key that are open at the same time are spelled alike.
	sp-window --session 5s <e | sp-agg --by .k n=count | sed 's/^.*"k"/"k"/' >rows
	expect 0 '"k":1.50,"n":3}
"k":1.50,"n":2}' '' -- cat rows
	expect 0 '{"k":1.50,"n":2}
{"k":15e-1,"n":2}
{"k":1.50,"n":1}' '' -- sp-agg --by .k n=count --count 2 <e
	sp-window --hopping 10s --advance 5s <e | sp-agg --by .k n=count 'c=collect(.k)' | sed 's/^.*"k"/"k"/' >rows
	expect 0 '"k":1.50,"n":3,"c":[1.50,1.5,15e-1]}' '' -- sed -n 2p rows
	expect 0 '{"s":[1.50],"t":[{"value":1.50,"count":5}]}' '' -- sp-agg 's=collect_set(.k)' 't=topk(.k, 1)' <e
}

@test "a column does not depend on its neighbours, for every pair of functions; what is taken out equals its definition" {
	expect 0 '*' '*' -- python3 "$TOOLS/diff_columns.py"
}
