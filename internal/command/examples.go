package command

// Examples, for help COMMAND: each can be typed as it stands.
var (
	examplesSignUp = []Example{{"signup alice", "be alice from now on"}}
	examplesLogin  = []Example{
		{"login alice", "if that is your name"},
		{"login --take-over alice", "and end the login that is elsewhere"},
		{"login --quiet alice", "and leave what waits for more"},
	}
	examplesSettings = []Example{
		{"settings", "what can be set, and how it is"},
		{"settings clock 12", "02:02pm in place of 14:02"},
		{"settings tz Europe/Berlin", "times as they are there"},
		{"settings bell direct", "ring for what is for you alone"},
		{"settings #ops notify mention", "there, only for what names you"},
	}
	examplesMessage = []Example{
		{"message bob see you at three", "now, or when bob is back"},
		{"message #ops deploy is green", "to a room that you are in"},
	}
	examplesReply     = []Example{{"reply on my way", "to whoever wrote to you last"}}
	examplesBroadcast = []Example{{"broadcast lunch is here", "everyone gets it, now or later"}}
	examplesSent      = []Example{
		{"sent", "your newest lines, and who has them"},
		{"sent #120", "only the line with that number"},
	}
	examplesHistory = []Example{
		{"history bob", "the last 20 between bob and you"},
		{"history #ops 50", "the last 50 of a room"},
		{"history since 2h", "all of the last 2 hours"},
	}
	examplesSearch = []Example{
		{"search deploy green", "lines with both words"},
		{"search \"is green\" in #ops", "in this order, in a room"},
		{"search dep* from bob since 7d", "beginnings, bob's, of a week"},
		{"search from bob in #ops", "what bob said last there"},
	}
	examplesRe = []Example{
		{"re bob at three", "to what bob said last here"},
		{"re #120 at three", "to the line with that number"},
	}
	examplesEdit = []Example{
		{"edit see you at four", "in place of your newest line here"},
		{"edit #120 see you at four", "in place of that line"},
	}
	examplesRead = []Example{
		{"read bob", "what you and bob have said"},
		{"read all", "all that was said anywhere"},
	}
	examplesMentions = []Example{{"mentions since 2d", "those of the last 2 days"}}
	examplesQuiet    = []Example{
		{"quiet #ops 2h", "for 2 hours"},
		{"quiet #ops off", "it is quiet no more"},
	}
	examplesPin  = []Example{{"pin #120", "whoever comes in sees that line"}}
	examplesHand = []Example{
		{"hand #class my build fails", "wait for a turn, and say what for"},
		{"hand #class down", "wait no more"},
		{"hand #class next", "call whoever waits longest"},
	}
	examplesReport = []Example{
		{"report #120 this is spam", "that line, and why"},
		{"report bob writes to everyone here", "somebody, and why"},
	}
	examplesAdmin = []Example{
		{"admin reports", "what people have reported"},
		{"admin kick bob --reason spam", "end bob's login"},
	}
	examplesContext = []Example{{"context #120", "what stood before and behind it"}}
	examplesTalk    = []Example{
		{"talk bob", "what you type is for bob"},
		{"talk #ops", "what you type is for the room"},
		{"/talk", "neither any more"},
	}
	examplesMe      = []Example{{"me #ops waves", "the room sees: * alice waves"}}
	examplesJoin    = []Example{{"join #ops", "come in; it is made if it is new"}}
	examplesRooms   = []Example{{"rooms", "then join what is open: join #ops"}}
	examplesLeave   = []Example{{"leave #ops", "come back by join, if it is open"}}
	examplesMembers = []Example{{"members #ops", "who is in it, and who is online"}}
	examplesInvite  = []Example{{"invite #ops bob", "bob is told, and may come in"}}
	examplesTopic   = []Example{
		{"topic #ops", "show it"},
		{"topic #ops deploys and alarms", "say what the room is about"},
		{"topic #ops -", "take it away"},
	}
	examplesKick = []Example{
		{"kick #ops bob", "bob is out"},
		{"kick #ops bob too loud", "the same, and all see why"},
	}
	examplesMute = []Example{
		{"mute #ops bob 10m", "bob is silent there for 10 minutes"},
		{"mute #ops bob 2h", "for 2 hours; 30 days at most"},
	}
	examplesOp   = []Example{{"op #ops bob", "bob governs the room, too"}}
	examplesRoom = []Example{
		{"room #ops", "show its rules"},
		{"room #ops access invite", "only who is invited may come in"},
		{"room #ops history all", "members see what was said before"},
		{"room #ops post ops", "only operators speak there"},
		{"room #ops slow 10s", "a member speaks once in 10 seconds"},
		{"room #ops rename dev", "it is #dev from now on"},
		{"room #ops give bob", "bob owns it from now on"},
	}
	examplesWhoLast = []Example{
		{"wholast 30", "who came in the last 30 minutes"},
		{"wholast 2d", "who came in the last 2 days"},
	}
	examplesWhoIs = []Example{{"whois bob", "is bob online, and since when"}}
	examplesBlock = []Example{{"block bob", "until you type unblock bob"}}
	examplesHelp  = []Example{
		{"help rooms", "all about rooms"},
		{"help message", "all about one command"},
	}
)
