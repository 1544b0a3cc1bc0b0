"""Chinese, in simplified and traditional signs."""

CHINESE: dict[str, str] = {
    "music": "音乐, 音樂, 曲子, 乐曲", "without": "没有, 沒有, 不要, 无, 無, 不用, 不带", "not": "不",
    "only": "只有, 只要, 仅有, 只用, 仅", "with": "带有, 伴有, 加上", "and": "和, 与, 以及, 跟", "or": "或", "but": "但是, 但",
    "solo": "独奏, 獨奏", "piano": "钢琴, 鋼琴", "guitar": "吉他", "acoustic guitar": "木吉他, 原声吉他", "electric guitar": "电吉他, 電吉他",
    "drums": "鼓, 鼓声, 打击乐, 打擊樂, 架子鼓, 鼓点", "bass": "贝斯, 貝斯, 低音", "violin": "小提琴", "cello": "大提琴", "viola": "中提琴",
    "flute": "长笛, 笛子, 長笛", "trumpet": "小号, 小號", "trombone": "长号, 長號", "saxophone": "萨克斯, 薩克斯",
    "clarinet": "单簧管", "harp": "竖琴, 豎琴", "organ": "管风琴, 風琴, 风琴", "accordion": "手风琴", "choir": "合唱, 合唱团",
    "vocals": "人声, 歌声, 人聲, 唱歌", "strings": "弦乐, 弦樂", "string quartet": "弦乐四重奏, 弦樂四重奏", "brass": "铜管",
    "synth": "合成器", "guzheng": "古筝, 古箏", "pipa": "琵琶", "erhu": "二胡", "bells": "钟声, 铃声", "orchestra": "管弦乐, 交响乐",
    "music box": "八音盒", "sad": "悲伤, 悲傷, 忧伤, 伤感, 难过, 哀伤, 傷感", "happy": "快乐, 快樂, 欢快, 开心, 歡快, 愉快, 喜悦",
    "dark": "黑暗, 阴暗, 黑暗的", "calm": "平静, 安静, 宁静, 平靜, 安靜", "relaxing": "放松, 放鬆, 轻松, 舒缓, 舒緩",
    "romantic": "浪漫", "gentle": "温柔, 溫柔, 柔和, 轻柔", "energetic": "充满活力, 活力, 激昂, 动感", "aggressive": "愤怒, 激烈, 憤怒",
    "tense": "紧张, 緊張, 悬疑", "scary": "恐怖, 可怕", "mysterious": "神秘", "epic": "史诗, 史詩, 宏大", "dreamy": "梦幻, 夢幻",
    "love": "爱情, 愛情", "slow": "慢, 缓慢, 慢速, 慢节奏", "fast": "快速, 快节奏", "ballad": "抒情", "waltz": "圆舞曲, 圓舞曲, 华尔兹",
    "dance": "舞曲, 跳舞, 舞蹈", "summer": "夏天, 夏日", "winter": "冬天", "rain": "下雨, 雨声, 雨天, 雨", "sleep": "睡眠, 睡觉, 助眠",
    "study": "学习, 讀書, 學習", "party": "派对, 聚会, 派對", "night": "夜晚, 夜", "sea": "大海, 海", "christmas": "圣诞, 聖誕",
    "birthday": "生日", "wedding": "婚礼, 婚禮", "children": "儿童, 兒童, 孩子", "lullaby": "摇篮曲, 搖籃曲", "film music": "电影, 電影",
    "march": "进行曲, 進行曲", "video game": "游戏, 遊戲", "electronic": "电子, 電子", "war": "战争, 戰爭", "battle": "战斗",
    "rock": "摇滚, 搖滾", "jazz": "爵士", "classical": "古典", "folk": "民谣, 民謠", "metal": "金属, 金屬", "techno": "科技舞曲",
    "pop": "流行", "hip hop": "嘻哈, 说唱", "blues": "蓝调, 布鲁斯", "ambient": "氛围", "chinese": "中国风, 中国, 中國",
    "meditation": "冥想", "spring": "春天, 春节", "very": "很, 非常", "beach": "海滩", "lofi": "低保真", "cafe": "咖啡馆, 咖啡厅",
}  # fmt: skip
