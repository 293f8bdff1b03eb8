"""Believable invented names, in the script of the college's people, with their pinyin."""

from random import Random

SURNAMES = (
    "王Wang 李Li 張Zhang 劉Liu 陳Chen 楊Yang 黃Huang 趙Zhao 吳Wu 周Zhou 徐Xu 孫Sun 馬Ma 朱Zhu 胡Hu 郭Guo 何He 林Lin 高Gao 梁Liang "
    "鄭Zheng 羅Luo 宋Song 謝Xie 唐Tang 韓Han 曹Cao 許Xu 鄧Deng 蕭Xiao 馮Feng 曾Zeng 程Cheng 蔡Cai 彭Peng 潘Pan 袁Yuan 于Yu 董Dong 余Yu "
    "蘇Su 葉Ye 呂Lü 魏Wei 蔣Jiang 田Tian 杜Du 丁Ding 沈Shen 姜Jiang 范Fan 江Jiang 傅Fu 鍾Zhong 盧Lu 汪Wang 戴Dai 崔Cui 任Ren 陸Lu"
).split()
GIVEN = (
    "明Ming 華Hua 芳Fang 偉Wei 敏Min 靜Jing 強Qiang 磊Lei 軍Jun 洋Yang 勇Yong 傑Jie 娟Juan 濤Tao 超Chao 霞Xia 平Ping 剛Gang 玲Ling 穎Ying "
    "雪Xue 琳Lin 晨Chen 宇Yu 欣Xin 怡Yi 博Bo 思Si 雨Yu 佳Jia 文Wen 哲Zhe 子Zi 涵Han 浩Hao 然Ran 梓Zi 軒Xuan 詩Shi 語Yu "
    "安An 瑞Rui 嘉Jia 寧Ning 凱Kai 婷Ting 慧Hui 曉Xiao 東Dong 志Zhi 國Guo 建Jian 春Chun 秋Qiu 蘭Lan 竹Zhu 青Qing 松Song 雲Yun 帆Fan"
).split()


def make_name(random: Random) -> tuple[str, str]:
    """A name in characters and in pinyin: 陳曉雲, Chen Xiaoyun."""
    surname = random.choice(SURNAMES)
    given = [random.choice(GIVEN) for _n in range(1 if random.random() < 0.2 else 2)]
    pinyin = "".join(part[1:] for part in given).capitalize()
    return surname[0] + "".join(part[0] for part in given), f"{surname[1:]} {pinyin}"
